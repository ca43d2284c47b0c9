"""Makes docs/reference/api.md: every public name of `aetherflow.core.api`, from its signature and docstring.

`python -m tests.support.generate` writes it. What stands behind `Example::` in a docstring is its example; a test runs
each of them, and this one refuses names that have none, and groups that do not hold every name once.
"""

import enum
import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import msgspec

from aetherflow.core import api

API_PAGE = "docs/reference/api.md"
_BEGINNING = """\
# Reference of aetherflow.core.api

<!-- Generated from the docstrings by `python -m tests.support.generate`; change them there. -->

The one stable module: `from aetherflow.core.api import …`. Everything below is in it, and is imported in the examples.
[Writing a plugin](../plugins/authoring.md) and the pages that it links tell what goes together.
"""

GROUPS = {
    "Steps": "register_step Step StepContext StepResult StepStatus StepFailed HeldLock ProcessResult StreamMode",
    "Connectors": "register_connector ConnectorBase",
    "Tools": "register_tool BaseToolPlugin ToolDefinition ToolResult ToolContext",
    "Hooks": "register_hook HookContext Veto PluginHook",
    "Plugins with a life of their own": "register_plugin BasePlugin PluginContext PluginMetadata",
    "Observers": "ObserverPlugin Event EventType",
    "Commands": "register_command",
    "Compilers": "register_compiler WorkflowCompilerPlugin compile_document CompiledFlow LazyFlow fetch_text "
    "RemoteText FlowNotFound FlowInvalid SourceUnavailable",
    "Programs that run flows": "run_flow validate_flow RunResult create_compiler WorkflowCompilerRegistry FlowGraph "
    "Diagnostic Span AetherFlowError InputError",
    "What there is": "list_steps get_step list_connectors get_connector list_plugins get_plugin Contribution",
}
#: Names that stand with another one.
_BESIDE = {"StepStatus": "STEP_SUCCESS STEP_SKIPPED STEP_FAILED", "ObserverPlugin": "PluginBase"}


def api_page() -> str:
    """Give the whole page, group by group."""
    named = [name for _, names in _groups() for name in (*names, *(other for each in names for other in _beside(each)))]
    assert sorted(named) == sorted(api.__all__), "the groups of write_api_reference.py do not hold every name once"
    index = [
        f"| {title} | {', '.join(f'[`{name}`](#{name.lower()})' for name in names)} |" for title, names in _groups()
    ]
    table = "\n".join(["| of | names |", "| --- | --- |", *index]) + "\n"
    sections = ["\n".join([f"## {title}\n", *map(_entry, names)]) for title, names in _groups()]
    return "\n".join([_BEGINNING, table, *sections])


def _groups() -> list[tuple[str, list[str]]]:
    return [(title, names.split()) for title, names in GROUPS.items()]


def _beside(name: str) -> list[str]:
    return _BESIDE.get(name, "").split()


def _entry(name: str) -> str:
    target = getattr(api, name)
    text, _, example = (inspect.getdoc(target) or "").partition("\nExample::\n")
    assert example.strip(), f"{name} has no example in its docstring"
    parts = [f"### {name}", f"`{_shown(name, target)}`", _markdown(text)]
    if others := _beside(name):
        parts.append(f"Also: {', '.join(f'`{other}`' for other in others)}.")
    if members := list(_members(target)):
        parts.append("\n".join(f"- {member}" for member in members))
    parts.append(f"```python\n{textwrap.dedent(example).strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _markdown(text: str) -> str:
    return text.replace("``", "`").strip()


def _shown(name: str, target: Any) -> str:
    """Write a name as it is used: called, written above something, or given by us."""
    if isinstance(target, enum.EnumType):
        return f"{name}: {', '.join(member.value for member in target)}"
    if getattr(target, "_is_protocol", False):
        return f"{name} (given, never made)"
    if name.startswith("register_"):
        return f"@{name}{_signature(target).partition(' -> ')[0]}"
    return f"{name}{_signature(target)}"


def _signature(target: Any) -> str:
    signature = inspect.signature(target)
    shown = ", ".join(_with_star(signature, [_parameter(each, target) for each in _parameters(signature)]))
    returned = signature.return_annotation
    gives = "" if returned in (inspect.Signature.empty, None) or isinstance(target, type) else f" -> {_type(returned)}"
    return f"({shown}){gives}"


def _parameters(signature: inspect.Signature) -> list[inspect.Parameter]:
    return [each for each in signature.parameters.values() if each.name != "self"]


def _with_star(signature: inspect.Signature, shown: list[str]) -> Iterator[str]:
    """Put the star before the first parameter that is given by its name alone."""
    parameters = _parameters(signature)
    has_star = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    for parameter, text in zip(parameters, shown, strict=True):
        if parameter.kind is parameter.KEYWORD_ONLY and not has_star:
            has_star = True
            yield "*"
        yield text


def _parameter(parameter: inspect.Parameter, target: Any) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    typed = "" if parameter.annotation is parameter.empty else f": {_type(parameter.annotation)}"
    default = "" if parameter.default is parameter.empty else f" = {_default(parameter, target)}"
    return f"{stars}{parameter.name}{typed}{default}"


def _default(parameter: inspect.Parameter, target: Any) -> str:
    value = parameter.default
    if isinstance(target, type) and issubclass(target, msgspec.Struct):
        (field,) = (each for each in msgspec.structs.fields(target) if each.name == parameter.name)
        value = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
    return f"{type(value).__name__}.{value.name}" if isinstance(value, enum.Enum) else repr(value)


def _type(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]\w*\.)+", "", text).replace("NoneType", "None").strip("'")


def _members(target: Any) -> Iterator[str]:
    """Describe what an object of a class has, as far as its signature does not; what needs no word in one line."""
    if not isinstance(target, type) or issubclass(target, enum.Enum | BaseException):
        return
    told = [_member(name, member) for name, member in _attributes(target).items() if not name.startswith("_")]
    plain = [shown for shown, said in filter(None, told) if not said]
    if plain:
        yield ", ".join(plain)
    yield from (f"{shown}: {said}" for shown, said in filter(None, told) if said)


def _attributes(target: type) -> dict[str, Any]:
    """Give what a class has, and of what is given and never made what it has of others too."""
    protocols = [base for base in reversed(target.__mro__[1:]) if getattr(base, "_is_protocol", False)]
    return {name: member for each in (*protocols, target) for name, member in vars(each).items()}


def _member(name: str, member: Any) -> tuple[str, str] | None:
    """Give a method or property as it is used, with its first sentence; None for anything else."""
    function = member.fget if isinstance(member, property) else member
    if not inspect.isfunction(function):
        return None
    said = _markdown((inspect.getdoc(function) or "").partition("\n")[0])
    if isinstance(member, property):
        return f"`{name}: {_type(inspect.signature(function).return_annotation)}`", said
    return f"`{'async ' if inspect.iscoroutinefunction(function) else ''}{name}{_signature(function)}`", said
