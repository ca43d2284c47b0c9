"""The tools of the plugins with a life of their own are registered once their module has been imported."""

import inspect

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import Interrupted, PluginRefused
from aetherflow.core.contracts.tool import BaseToolPlugin, ToolDefinition
from aetherflow.core.plugins.contract_findings import wrong_tools
from aetherflow.core.plugins.loading.contract import broken_contracts
from aetherflow.core.plugins.loading.findings import definition_span, line_span, place_in, words_of_error
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin, Registered
from aetherflow.core.plugins.static_reading import read_module
from aetherflow.core.plugins.tool_names import tool_step_type

Broken = tuple[Registered, Diagnostic]
Checked = tuple[list[Registered], list[Broken]]

#: Of one plugin: a list without end is none.
MOST_TOOLS = 1_000


class NoTools(ValueError):
    """What a class lists are no tools; the message goes on after its name."""


def with_class_tools(plugin: MountedPlugin, registered: list[Registered], broken: list[Broken]) -> Checked:
    """Add every tool of the sound classes among what is registered, and what is wrong with what they list.

    Where `tools` is a property, an object is made to ask it: it is not told that it was loaded, and let go at once.
    """
    unsound = [each for each, _ in broken]
    tools: list[Registered] = []
    for each in registered:
        if _lists_tools(each) and each not in unsound:
            try:
                tools += _tools(plugin, each)
            except (KeyboardInterrupt, Interrupted):
                raise  # a person's wish, whatever code was running
            except BaseException as error:  # noqa: BLE001  # foreign code: its constructor and its property
                broken = [*broken, (each, _finding(plugin, each, error))]
    return ([*registered, *tools], [*broken, *broken_contracts(plugin, tools)]) if tools else (registered, broken)


def _lists_tools(each: Registered) -> bool:
    return each.kind == "plugin" and isinstance(each.target, type) and issubclass(each.target, BaseToolPlugin)


def _tools(plugin: MountedPlugin, each: Registered) -> list[Registered]:
    lines = _written_lines(plugin, each.file)
    return [
        Registered(
            kind="tool",
            name=name,
            target=each.target,
            module=each.module,
            file=each.file,
            line=lines.get(name, each.line),
            tool=definition,
            owner=each.name,
        )
        for definition in definitions_of(each.target)
        for name in [tool_step_type(each.name, definition.name)]
    ]


def _written_lines(plugin: MountedPlugin, file: str) -> dict[str, int]:
    """Give the lines that say what each tool is, where they are written as literals beside the class."""
    content = plugin.snapshot.sources.get(file.removeprefix(f"{plugin.snapshot.root}/"), b"")
    return {found.name: found.line for found in read_module(file, content).registrations if found.owner}


def _finding(plugin: MountedPlugin, each: Registered, error: BaseException) -> Diagnostic:
    if isinstance(error, NoTools):
        place = definition_span(plugin, line_span(plugin, each.file, each.line))
        return wrong_tools(each.name, str(error), place)
    kind, words = type(error).__name__, words_of_error(plugin, error)
    problem = f"cannot say its tools: {kind}{words and ': '}{words}"
    return wrong_tools(each.name, problem, place_in(plugin, each.module, error))


def definitions_of(target: type[BaseToolPlugin]) -> list[ToolDefinition]:
    """Give the tools that a class lists; raises NoTools, and whatever its code raises."""
    listed: object = inspect.getattr_static(target, "tools")
    if hasattr(type(listed), "__get__"):
        listed = target().tools
    if not isinstance(listed, list | tuple):
        raise NoTools(f"has tools of type {type(listed).__name__}: they are a list of ToolDefinition")
    if len(listed) > MOST_TOOLS:
        raise NoTools(f"has {len(listed):,} tools, and {MOST_TOOLS:,} are the most")
    return [_named(number, each) for number, each in enumerate(listed, start=1)]


def listed_by(target: type[BaseToolPlugin]) -> list[ToolDefinition]:
    """Give the tools of a class of an embedding program; raises PluginRefused where they cannot be known."""
    try:
        return definitions_of(target)
    except NoTools as problem:
        raise PluginRefused(f"the class {target.__name__} {problem}") from None
    except Exception as error:  # the program's own code: its constructor and its property
        words = f"the class {target.__name__} cannot say its tools: {type(error).__name__}: {error}"
        raise PluginRefused(words) from error


def _named(number: int, definition: object) -> ToolDefinition:
    if not isinstance(definition, ToolDefinition):
        raise NoTools(f"has a value of type {type(definition).__name__} among its tools, as number {number}")
    name: object = definition.name
    if not isinstance(name, str) or not name.strip():
        raise NoTools(f"has a tool without a name, as number {number}")
    return definition
