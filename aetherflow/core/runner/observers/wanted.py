"""An observer that a run shall have."""

from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.contracts.registry import Contribution


class WantedObserver(Struct, frozen=True, kw_only=True):
    """One observer, not made yet. ``id`` names it in the logs, ``contribution`` says whose code it is and where."""

    id: str
    contribution: Contribution
    make: Callable[[], ObserverPlugin]
