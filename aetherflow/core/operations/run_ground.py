"""What an execution stands on before its state is opened."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from aetherflow.core.contracts.event import Event
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_places import RunPlaces
from aetherflow.core.operations.run_plugins import RunPlugin
from aetherflow.core.operations.secrets import LiveSurroundings
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.printed_lines import PrintedLines

if TYPE_CHECKING:  # only who debugs plugins, or has observers, imports them
    from aetherflow.core.operations.observing.observers_of_run import ObserversOfRun
    from aetherflow.core.operations.plugin_log import PluginLog


class Ground(Struct, frozen=True, kw_only=True):
    """The request, what was read for it, and what comes in from outside: signals, time, listeners."""

    request: RunRequest
    prepared: Prepared
    plugins: tuple[RunPlugin, ...]
    live: LiveSurroundings
    params: Mapping[str, Any]
    places: RunPlaces
    gate: InterruptGate
    clock: Clock
    listeners: Sequence[Callable[[Event], None]]
    plugin_log: "PluginLog | None"
    observers: "ObserversOfRun | None" = None
    printed: PrintedLines | None = None
