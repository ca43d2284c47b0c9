"""What plugins contribute, and the value that a run is given of it."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from aetherflow.core.contracts.effects import Effects

Kind = Literal["step", "connector", "compiler", "observer", "hook", "tool", "command", "executor", "plugin"]


class Contribution(Struct, frozen=True, kw_only=True):
    """One thing that a plugin registers, as it can be known without running the plugin.

    ``name`` is the step type, ``KIND:DRIVER`` of a connector, the URI scheme of a compiler… ``load`` imports the
    plugin, where that has not been done, and gives the class or function itself. ``place`` is the real path of the
    plugin, empty where it is none of a folder or package. ``owner`` is the name of the plugin with a life of its own
    that executes a tool; a function has none.

    Example::

        step = get_step("log")
        print(step.plugin, step.file, step.line, step.load())
    """

    kind: Kind
    name: str
    plugin: str
    version: str
    digest: str
    origin: str
    file: str
    line: int
    load: Callable[[], Any]
    place: str = ""
    summary: str = ""
    effects: Effects = "idempotent"
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    typed_inputs: bool = False  # the loaded class's input_schema is a typed record
    owner: str = ""

    def is_of_plugin_of(self, other: "Contribution") -> bool:
        """Tell whether both are of one plugin: the same one in the same place, not one that is called like it."""
        return (self.plugin, self.origin, self.place) == (other.plugin, other.origin, other.place)


class Registry(Struct, frozen=True, kw_only=True):
    """Everything that a run may name. Built per run and passed in; nothing in it changes.

    Each tool is a step type: ``steps`` holds it too.
    """

    steps: Mapping[str, Contribution] = {}
    connectors: Mapping[str, Contribution] = {}  # by "KIND:DRIVER"
    commands: Mapping[str, Contribution] = {}
    compilers: Mapping[str, Contribution] = {}  # by the scheme, in lower case
    hooks: tuple[Contribution, ...] = ()  # in load order, under the names that they were registered for
    plugins: tuple[Contribution, ...] = ()  # classes of BasePlugin, in load order

    def has_tools(self) -> bool:
        """Tell whether any step type is a tool."""
        return any(each.kind == "tool" for each in self.steps.values())

    def contributions(self) -> list[Contribution]:
        """Give everything in it, kind by kind."""
        named = (self.steps, self.connectors, self.commands, self.compilers)
        return [*(each for kind in named for each in kind.values()), *self.hooks, *self.plugins]
