"""The kinds of plugins that can be begun: which module each has, what it registers, and how that is tried."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.registry import Kind

PluginKind = Literal["step", "connector", "compiler", "observer", "hook", "tool", "command"]


class Beginning(Struct, frozen=True, kw_only=True):
    """What a plugin of a kind begins with; ``$name`` stands for its name, ``$dashed`` for that with dashes.

    ``registers`` is what must be free for it. ``uses`` are the commands that show it, where it is installed; ``files``
    are those beside its module, with what they are.
    """

    module: str
    description: str
    uses: tuple[str, ...]
    registers: tuple[Kind, str] | None = None
    files: Mapping[str, str] = {}


_FLOW = {"flow.yaml": "a flow that uses it"}
_BY_FLOW = ("aetherflow validate flow.yaml", "aetherflow run flow.yaml")

BEGINNINGS: Mapping[PluginKind, Beginning] = {
    "step": Beginning(
        module="steps",
        description="Greets people.",
        registers=("step", "$name.greet"),
        uses=(*_BY_FLOW, "aetherflow run flow.yaml --param name=Grace"),
        files=_FLOW,
    ),
    "connector": Beginning(
        module="connectors",
        description="Opens databases.",
        registers=("connector", "db:$name"),
        uses=_BY_FLOW,
        files=_FLOW,
    ),
    "compiler": Beginning(
        module="compilers",
        description="Makes flows that greet people.",
        registers=("compiler", "$dashed"),
        uses=("aetherflow validate $dashed://Ada", "aetherflow run $dashed://Ada"),
    ),
    "observer": Beginning(
        module="observers",
        description="Counts the steps of runs.",
        uses=_BY_FLOW,
        files={**_FLOW, "plugins.yaml": "which observers a run has; a project has one of its own"},
    ),
    "hook": Beginning(
        module="hooks",
        description="Puts a name in front of what runs say.",
        uses=_BY_FLOW,
        files={**_FLOW, "plugins.yaml": "what the plugin is given; a project has one of its own"},
    ),
    "tool": Beginning(
        module="tools",
        description="Computes with numbers.",
        registers=("tool", "tool.$name.double"),
        uses=(*_BY_FLOW, """aetherflow tools call double --params '{"number": 2}'"""),
        files=_FLOW,
    ),
    "command": Beginning(
        module="commands",
        description="Greets people on the terminal.",
        registers=("command", "$dashed"),
        uses=("aetherflow $dashed Ada",),
    ),
}
