"""`tools list`: the tools that can be called in some surroundings, known without running any plugin."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.listing.answers import TakenInput
from aetherflow.core.operations.listing.inputs import taken_inputs
from aetherflow.core.operations.named_tools import tools_in
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.told_values import masked
from aetherflow.core.plugins.modes import Mode


class ListedTool(Struct, frozen=True, kw_only=True):
    """One tool. ``name`` is that of its step type; ``parameters`` is None where only running the plugin tells them."""

    name: str
    plugin: str
    description: str
    parameters: dict[str, Any] | None
    takes: tuple[TakenInput, ...]
    file: str
    line: int


class ToolListing(Struct, frozen=True, kw_only=True):
    """All tools by name; ``unread`` are the plugins that may have more than could be read."""

    mode: Mode
    tools: tuple[ListedTool, ...]
    unread: tuple[str, ...]


def list_tools(request: SurroundingsRequest) -> ToolListing:
    """Tell of the tools of some surroundings; raises InputError where a setting or a manifest is wrong."""
    ground = plugin_ground(request)
    found = gathered(ground)
    listing = ToolListing(
        mode=found.mode,
        tools=tuple(_listed(tools_in(found.catalogue.registry.steps).values())),
        unread=tuple(plugin.source.name for plugin in found.unread()),
    )
    return masked(listing, masker_of(ground))


def _listed(tools: Iterable[Contribution]) -> Iterator[ListedTool]:
    for tool in tools:
        yield ListedTool(
            name=tool.name,
            plugin=tool.plugin,
            description=tool.summary,
            parameters=tool.input_schema,
            takes=tuple(taken_inputs("tool", tool.input_schema)),
            file=tool.file,
            line=tool.line,
        )
