"""The tools that a module's text tells of: functions under `register_tool`, and what a BaseToolPlugin lists."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.plugins.class_attributes import ModuleNames, assigned, describe_target, last_name
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.module_reading import StaticRegistration
from aetherflow.core.plugins.tool_names import call_schema, first_line, tool_step_type

Function = ast.FunctionDef | ast.AsyncFunctionDef

_BASE = "BaseToolPlugin"
_DEFINITION = "ToolDefinition"
_FIELDS = ("name", "description", "parameters")
#: Bases that list no tools of their own.
_KNOWN_BASES = frozenset({_BASE, "BasePlugin", "object", "ABC"})
_PROPERTIES = frozenset({"property", "cached_property"})


class NotListed(Struct, frozen=True):
    """A place where tools are listed that only running the code can name, and why."""

    node: ast.expr | Function
    reason: str


class _Listing(Struct, frozen=True):
    """The class that lists tools: the expression, None where it is none; whether bases elsewhere may have more."""

    node: ast.expr | Function | None = None
    is_of_tools: bool = False
    is_open: bool = False


def describe_tool(name: str, call: ast.Call, target: ast.ClassDef | Function, names: ModuleNames) -> StaticRegistration:
    """Give everything that is known of a function under `register_tool`; its step type is known with its plugin."""
    given: dict[str | None, ast.expr] = {keyword.arg: keyword.value for keyword in call.keywords}
    found = _described(describe_target("tool", name, target, names), given, names)
    return replace(found, input_schema=call_schema({})) if not {"parameters", None} & given.keys() else found


def listed_tools(owner: str, target: ast.ClassDef, names: ModuleNames) -> Iterator[StaticRegistration | NotListed]:
    """Give the tools of a class that is registered as a plugin, as far as the text tells."""
    listing = _listing(target, names, frozenset())
    if listing.is_of_tools and listing.node is not None:
        yield from _elements(owner, target, listing.node, names)
    elif listing.is_open:
        yield NotListed(target.bases[0], "a base from elsewhere may list tools")


def _elements(
    owner: str, target: ast.ClassDef, listing: ast.expr | Function, names: ModuleNames
) -> Iterator[StaticRegistration | NotListed]:
    node = given_back(listing) if isinstance(listing, Function) else listing
    node = names.constants.get(node.id) if isinstance(node, ast.Name) else node
    if isinstance(node, ast.List | ast.Tuple):
        yield from (_tool(owner, target, element, names) for element in node.elts)
    else:
        yield NotListed(listing, "its tools are no list of literals")


def _listing(target: ast.ClassDef, names: ModuleNames, below: frozenset[str]) -> _Listing:
    """Follow the bases of a class in its module; a class among its own bases adds nothing."""
    own = names.set_later.get((target.name, "tools")) or _own_tools(target)
    is_of_tools = is_open = False
    inherited: ast.expr | Function | None = None
    for base in map(last_name, target.bases):
        definition = names.definitions.get(base)
        if isinstance(definition, ast.ClassDef) and base not in below:
            found = _listing(definition, names, below | {target.name})
            inherited = inherited or found.node
            is_of_tools, is_open = is_of_tools or found.is_of_tools, is_open or found.is_open
        else:
            is_of_tools, is_open = is_of_tools or base == _BASE, is_open or base not in _KNOWN_BASES
    return _Listing(own or inherited, is_of_tools, is_open)


def _own_tools(target: ast.ClassDef) -> ast.expr | Function | None:
    found: ast.expr | Function | None = None
    for node in target.body:
        if isinstance(node, Function) and node.name == "tools":
            found = node
        found = dict(assigned(node)).get("tools", found)
    return found


def given_back(function: Function) -> ast.expr | None:
    """Give what a property gives back where it does nothing else."""
    body = [node for node in function.body if not _is_docstring(node)]
    is_property = any(last_name(decorator) in _PROPERTIES for decorator in function.decorator_list)
    return body[0].value if is_property and len(body) == 1 and isinstance(body[0], ast.Return) else None


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _tool(owner: str, target: ast.ClassDef, element: ast.expr, names: ModuleNames) -> StaticRegistration | NotListed:
    call = names.constants.get(element.id) if isinstance(element, ast.Name) else element
    if not isinstance(call, ast.Call) or last_name(call.func) != _DEFINITION:
        return NotListed(element, f"it is no {_DEFINITION}(…)")
    given = given_fields(call)
    try:
        if None in given or any(isinstance(argument, ast.Starred) for argument in call.args):
            raise NotLiteral
        name = names.literals.value(given["name"]) if "name" in given else None
    except NotLiteral:
        name = None
    if not isinstance(name, str):
        return NotListed(element, "its name is no literal")
    found = StaticRegistration(
        kind="tool", name=tool_step_type(owner, name), line=call.lineno, target=target.name, owner=owner
    )
    found = replace(found, input_schema=call_schema({})) if "parameters" not in given else found
    return _described(found, given, names)


def given_fields(call: ast.Call) -> dict[str | None, ast.expr]:
    """Give what a ToolDefinition is made of, by the fields' names."""
    given: dict[str | None, ast.expr] = {keyword.arg: keyword.value for keyword in call.keywords}
    given.update(zip(_FIELDS, call.args, strict=False))
    return given


def _described(
    found: StaticRegistration, given: Mapping[str | None, ast.expr], names: ModuleNames
) -> StaticRegistration:
    """Add the description and the schema, as far as they are literals."""
    try:
        words = names.literals.value(given["description"]) if "description" in given else None
    except NotLiteral:
        words = None
    if isinstance(words, str) and words.strip():
        found = replace(found, summary=first_line(words))
    if "parameters" not in given:
        return found
    try:
        parameters: Any = names.literals.value(given["parameters"])
    except NotLiteral:
        return replace(found, unread=("input_schema",))
    return replace(found, input_schema=call_schema(parameters) if isinstance(parameters, dict) else None)
