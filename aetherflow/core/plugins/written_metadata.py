"""What a plugin with a life of its own says of itself in its class: the `PluginMetadata` of it, where it is literal."""

import ast
from collections.abc import Iterator, Mapping

from aetherflow.core.contracts.metadata import PluginMetadata
from aetherflow.core.plugins.class_attributes import Definition, ModuleNames, last_name
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.module_reading import WrittenMetadata

_CLASS = PluginMetadata.__name__
_ATTRIBUTE = "metadata"
_FIELDS = PluginMetadata.__struct_fields__


def written_metadata(target: Definition, names: ModuleNames, called: frozenset[str]) -> Iterator[WrittenMetadata]:
    """Give what a registered class says; ``called`` are the names that `PluginMetadata` goes by in its module."""
    node = names.set_later.get((target.name, _ATTRIBUTE)) or names.attribute(target, _ATTRIBUTE).node
    if isinstance(node, ast.Name):
        node = names.constants.get(node.id, node)
    calls = {id(call): call for call in _calls((target, *([node] if node else ())), called)}
    yield from (_said(call, names) for call in calls.values())
    if node is not None and not calls:
        yield WrittenMetadata(line=node.lineno, unread=_FIELDS)


def names_of_metadata(tree: ast.Module) -> frozenset[str]:
    """Give the names under which a module knows the class."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    aliases = (alias.asname for node in imports for alias in node.names if alias.name == _CLASS and alias.asname)
    return frozenset({_CLASS, *aliases})


def _calls(nodes: tuple[ast.AST, ...], called: frozenset[str]) -> Iterator[ast.Call]:
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and last_name(inner.func) in called:
                yield inner


def _said(call: ast.Call, names: ModuleNames) -> WrittenMetadata:
    given: dict[str, ast.expr] = dict(zip(_FIELDS, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    is_open = any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(each, ast.Starred) for each in call.args
    )
    unread = list(_FIELDS) if is_open else []
    permissions = _permissions(given, names, unread)
    return WrittenMetadata(
        line=call.lineno,
        required_permissions=permissions,
        compatible_versions=_range(given, names, unread),
        unread=tuple(dict.fromkeys(unread)),
    )


def _permissions(given: Mapping[str, ast.expr], names: ModuleNames, unread: list[str]) -> tuple[str, ...] | None:
    value = _value("required_permissions", given, names, unread)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return ()  # making it raises: importing the plugin says why
    return tuple(value)


def _range(given: Mapping[str, ast.expr], names: ModuleNames, unread: list[str]) -> str:
    value = _value("compatible_versions", given, names, unread)
    return value if isinstance(value, str) else ""


def _value(field: str, given: Mapping[str, ast.expr], names: ModuleNames, unread: list[str]) -> object:
    if field not in given:
        return None
    try:
        return names.literals.value(given[field])
    except NotLiteral:
        unread.append(field)
        return None
