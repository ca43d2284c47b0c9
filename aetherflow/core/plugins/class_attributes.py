"""What a decorated class or function says of itself: its sentence, its effects, its schemas."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from msgspec import Struct

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.plugins.literal_values import Literals, NotLiteral
from aetherflow.core.plugins.module_reading import StaticRegistration

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

#: Bases that define none of the attributes in another way than by their defaults.
_KNOWN_BASES = frozenset({"Step", "ConnectorBase", "BasePlugin", "BaseToolPlugin", "object"})
_CHANGING_METHODS = frozenset(
    {"update", "append", "extend", "insert", "setdefault", "pop", "popitem", "remove", "clear", "sort", "reverse"}
)


class ClassAttribute(Struct, frozen=True):
    """The expression that a class, or a base of it, gives an attribute; where there is none, whether one may."""

    node: ast.expr | None
    is_open: bool = False


class ModuleNames:
    """What the names of a module stand for: definitions, names given a value exactly once, attributes set later."""

    def __init__(self, tree: ast.Module) -> None:
        self.definitions: dict[str, Definition] = {}
        for node in tree.body:
            self.definitions.update((found.name, found) for found in _definitions(node))
        self.constants: Mapping[str, ast.expr] = _constants(tree)
        self.literals = Literals(self.constants)
        self.set_later: Mapping[tuple[str, str], ast.expr] = dict(_set_later(tree))
        self._own: dict[int, dict[str, ast.expr]] = {}  # by the class: what is asked of many of its heirs
        self._inherited: dict[tuple[int, str], ClassAttribute] = {}

    def attribute(self, target: Definition, name: str) -> ClassAttribute:
        """Find an attribute of a class, its own or of a base in this module."""
        if not isinstance(target, ast.ClassDef):
            return ClassAttribute(None)
        key = (id(target), name)
        if key not in self._inherited:
            self._inherited[key] = ClassAttribute(None)  # a class among its own bases adds nothing
            self._inherited[key] = self._attribute(target, name)
        return self._inherited[key]

    def _attribute(self, target: ast.ClassDef, name: str) -> ClassAttribute:
        own = self._constants_of(target).get(name)
        if own is not None:
            return ClassAttribute(own)
        is_open = False
        for base in map(last_name, target.bases):
            definition = self.definitions.get(base)
            found = self.attribute(definition, name) if definition else ClassAttribute(None, base not in _KNOWN_BASES)
            is_open = is_open or found.is_open
            if found.node is not None:
                return ClassAttribute(found.node, is_open)
        return ClassAttribute(None, is_open)

    def _constants_of(self, target: ast.ClassDef) -> dict[str, ast.expr]:
        if id(target) not in self._own:
            self._own[id(target)] = _class_constants(target)
        return self._own[id(target)]


class _Attributes:
    """The attributes of one class or function, and the names of those that cannot be read."""

    def __init__(self, target: Definition, names: ModuleNames) -> None:
        self._target = target
        self._names = names
        self.unread: list[str] = []

    def value(self, name: str) -> Any:
        """Give a literal attribute, or None."""
        node = self.node(name)
        try:
            return self._names.literals.value(node) if node is not None else None
        except NotLiteral:
            self.unread.append(name)
            return None

    def schema(self, name: str) -> dict[str, Any] | None:
        value = self.value(name)
        return value if isinstance(value, dict) else None

    def node(self, name: str) -> ast.expr | None:
        """Give the expression that an attribute is given, by the target itself or by a base in this module."""
        later = self._names.set_later.get((self._target.name, name))
        if later is not None:
            return later
        found = self._names.attribute(self._target, name)
        if found.is_open:
            self.unread.append(name)
        return found.node


def schemes_of(target: ast.ClassDef, names: ModuleNames) -> tuple[str, ...]:
    """Give the URI schemes that a class says it compiles; raises NotLiteral where only running it tells."""
    node = names.set_later.get((target.name, "supported_schemes")) or names.attribute(target, "supported_schemes").node
    schemes = names.literals.value(node) if node is not None else None
    if not isinstance(schemes, list) or not schemes or not all(isinstance(scheme, str) for scheme in schemes):
        raise NotLiteral
    return tuple(schemes)


def describe_target(kind: Kind, name: str, target: Definition, names: ModuleNames) -> StaticRegistration:
    """Give everything that is known of one registered class or function."""
    attributes = _Attributes(target, names)
    effects = input_schema = output_schema = None
    typed = False
    if kind == "step":
        effects = _effects(attributes)
        typed = _is_record(attributes.node("input_schema"), names)
        input_schema = None if typed else attributes.schema("input_schema")
        output_schema = attributes.schema("output_schema")
    elif kind == "connector":
        input_schema = _connector_schema(attributes)
    elif kind == "plugin":
        input_schema = attributes.schema("config_schema")
    return StaticRegistration(
        kind=kind,
        name=name,
        line=min([target.lineno, *(decorator.lineno for decorator in target.decorator_list)]),
        target=target.name,
        summary=(ast.get_docstring(target) or "").split("\n")[0].encode("utf-8", "replace").decode(),
        effects=effects,
        input_schema=input_schema,
        output_schema=output_schema,
        typed_inputs=typed,
        unread=tuple(dict.fromkeys(attributes.unread)),
    )


def _definitions(node: ast.stmt) -> Iterator[Definition]:
    """Give the definitions of a statement, those in its branches too."""
    if isinstance(node, Definition):
        yield node
        return
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.stmt):
            yield from _definitions(inner)
        elif isinstance(inner, ast.ExceptHandler):
            yield from (found for statement in inner.body for found in _definitions(statement))


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Give the names that stand for a value; one that is given more than one value stands for none."""
    values: dict[str, ast.expr] = {}
    for node in tree.body:
        values.update(assigned(node))
    changes = Counter(name for inner in ast.walk(tree) for name in _changed(inner))
    return {name: value for name, value in values.items() if changes[name] == 1}


def _changed(node: ast.AST) -> Iterator[str]:
    """Name what a node binds, or may change in place: an item's assignment, or a call of a method that does."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield from (inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING_METHODS:
        yield from (inner.id for inner in ast.walk(node.func.value) if isinstance(inner, ast.Name))


def _class_constants(target: ast.ClassDef) -> dict[str, ast.expr]:
    return {name: value for node in target.body for name, value in assigned(node)}


def assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Give the names that a statement gives a value, with the expressions."""
    if isinstance(node, ast.Assign):
        yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.target.id, node.value


def _set_later(tree: ast.Module) -> Iterator[tuple[tuple[str, str], ast.expr]]:
    """Give `target.attribute = value` of the module's own level: the way in which functions get attributes."""
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                yield (target.value.id, target.attr), node.value


def _effects(attributes: _Attributes) -> Effects | None:
    value = attributes.value("effects")
    return next((effects for effects in get_args(Effects) if effects == value), None)


def _is_record(node: ast.expr | None, names: ModuleNames) -> bool:
    return isinstance(node, ast.Name) and isinstance(names.definitions.get(node.id), ast.ClassDef)


def _connector_schema(attributes: _Attributes) -> dict[str, Any] | None:
    parts = {"config": attributes.schema("config_schema"), "options": attributes.schema("options_schema")}
    properties = {name: schema for name, schema in parts.items() if schema is not None}
    return {"type": "object", "properties": properties} if properties else None


def last_name(node: ast.expr) -> str:
    """Give the name of an expression that is one, or its last part."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
