"""How far a module spells out its texts: literals, names that stand for them, and what is put together of them."""

import ast
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct

from aetherflow.core.plugins.doctor.bindings import Bindings, ScopeNode

#: Of one text, whatever its parts stand for; names may stand for names, in circles too.
MOST_PARTS = 200
MOST_CHARACTERS = 4_096
_MOST_NAMES = 20


class Names(Protocol):
    """A scope of names, as far as texts need one: see `Scope`."""

    @property
    def node(self) -> ScopeNode: ...
    @property
    def parent(self) -> "Names | None": ...
    @property
    def bindings(self) -> Bindings: ...
    def owner(self, name: str) -> "Names | None": ...
    def name_of(self, node: ast.AST) -> str: ...


Placed = tuple[Names, ast.AST]
#: Gives what a name of another module stands for there, by its dotted name.
Beyond = Callable[[str], Placed | None]


class Spelled(Struct, frozen=True):
    """What is known of a text: how it begins, and whether that is all of it."""

    text: str = ""
    is_whole: bool = False

    @property
    def whole(self) -> str | None:
        """The text, where all of it is known."""
        return self.text if self.is_whole else None


UNKNOWN = Spelled()


def settled(scope: Names, node: ast.AST, beyond: Beyond | None = None) -> Placed:
    """Follow names to the one expression that they are given, as far as they are given one."""
    for _ in range(_MOST_NAMES):
        found = _stands_for(scope, node, beyond)
        if found is None:
            break
        scope, node = found
    return scope, node


def spelled(scope: Names, node: ast.AST | None, beyond: Beyond | None = None) -> Spelled:
    """Give what is known of the text that an expression stands for."""
    return UNKNOWN if node is None else _Spelling(beyond).of(scope, node)


def _stands_for(scope: Names, node: ast.AST, beyond: Beyond | None) -> Placed | None:
    if isinstance(node, ast.NamedExpr):
        return scope, node.value
    if isinstance(node, ast.Name):
        return _of_name(scope, node.id, beyond)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id in ("self", "cls"):
            return _of_class(scope, node.attr)
        name = scope.name_of(node) if beyond else ""
        return beyond(name) if beyond and name else None
    return None


def _of_name(scope: Names, name: str, beyond: Beyond | None) -> Placed | None:
    owner = scope.owner(name)
    if owner is None:
        return None
    if name in owner.bindings.imported:
        return beyond(owner.bindings.imported[name]) if beyond else None
    value = owner.bindings.only_value(name)
    return (owner, value) if value is not None else None


def _of_class(scope: Names, name: str) -> Placed | None:
    """Give what the class around a method gives an attribute."""
    around: Names | None = scope
    while around is not None and not isinstance(around.node, ast.ClassDef):
        around = around.parent
    value = around.bindings.only_value(name) if around else None
    return (around, value) if around and value is not None else None


class _Spelling:
    """Puts one text together; what takes too many parts is not known to its end."""

    def __init__(self, beyond: Beyond | None) -> None:
        self._beyond = beyond
        self._parts_left = MOST_PARTS
        self._readers: Mapping[type[ast.AST], Callable[[Names, Any], Spelled]] = {
            ast.Constant: self._constant,
            ast.JoinedStr: lambda scope, node: self._joined(scope, node.values),
            ast.FormattedValue: self._formatted,
            ast.BinOp: self._operation,
            ast.Call: self._call,
        }

    def of(self, scope: Names, node: ast.AST) -> Spelled:
        self._parts_left -= 1
        if self._parts_left < 0:
            return UNKNOWN
        scope, node = settled(scope, node, self._beyond)
        reader = self._readers.get(type(node))
        return reader(scope, node) if reader else UNKNOWN

    def _constant(self, _: Names, node: ast.Constant) -> Spelled:
        text = node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
        return _bounded(text, is_whole=True) if isinstance(text, str) else UNKNOWN

    def _formatted(self, scope: Names, node: ast.FormattedValue) -> Spelled:
        return UNKNOWN if node.format_spec else self.of(scope, node.value)

    def _joined(self, scope: Names, parts: list[ast.expr]) -> Spelled:
        text = ""
        for part in parts:
            next_one = self.of(scope, part)
            text += next_one.text
            if not next_one.is_whole or len(text) > MOST_CHARACTERS:
                return _bounded(text, is_whole=False)
        return Spelled(text, is_whole=True)

    def _operation(self, scope: Names, node: ast.BinOp) -> Spelled:
        if isinstance(node.op, ast.Add):
            return self._joined(scope, [node.left, node.right])
        if isinstance(node.op, ast.Mod):
            return _before(self.of(scope, node.left), "%")
        return UNKNOWN

    def _call(self, scope: Names, node: ast.Call) -> Spelled:
        """Know `"…{}…".format(…)` up to its first brace, and `"".join([…])`."""
        if not isinstance(node.func, ast.Attribute):
            return UNKNOWN
        if node.func.attr == "format":
            return _before(self.of(scope, node.func.value), "{")
        is_join = node.func.attr == "join" and self.of(scope, node.func.value) == Spelled("", is_whole=True)
        if is_join and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            return self._joined(scope, node.args[0].elts)
        return UNKNOWN


def _before(template: Spelled, sign: str) -> Spelled:
    text, found, _ = template.text.partition(sign)
    return Spelled(text, is_whole=template.is_whole and not found)


def _bounded(text: str, *, is_whole: bool) -> Spelled:
    return Spelled(text[:MOST_CHARACTERS], is_whole=is_whole and len(text) <= MOST_CHARACTERS)
