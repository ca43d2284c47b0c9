"""What `plugins why` tells. Values only."""

from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.operations.listing.values import ListedName, ListedPlugin, ListedRefusal, OverrideSide
from aetherflow.core.plugins.modes import Mode


class TakenInput(Struct, frozen=True, kw_only=True):
    """One input of a step, or one value of a connector's config or options, and what it may be, in words."""

    name: str
    takes: str
    required: bool
    description: str


class NameAnswer(Struct, frozen=True, kw_only=True):
    """What is known of one thing that has the name: who registers it, whom it took the name from, what it takes.

    Where it is not in effect, ``reasons`` say why: its plugin is left out, or may not take the name over.
    """

    name: ListedName
    plugin: ListedPlugin
    effects: str | None
    inputs: tuple[TakenInput, ...]
    input_schema: dict[str, Any] | None
    output_schema: dict[str, Any] | None
    overrides: tuple[OverrideSide, ...] = ()
    reasons: tuple[Diagnostic, ...] = ()

    @property
    def in_effect(self) -> bool:
        """Whether a flow that names it gets it."""
        return not self.reasons


class WhyReport(Struct, frozen=True, kw_only=True):
    """Everything that has a name: what plugins register under it, plugins that are called so, refused origins."""

    asked: str
    mode: Mode
    names: tuple[NameAnswer, ...]
    plugins: tuple[ListedPlugin, ...]
    refused: tuple[ListedRefusal, ...]
