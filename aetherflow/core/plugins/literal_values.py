"""Values that can be known by reading a module: literals, and names that are given a literal once and for all."""

import ast
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

_INTEGERS_END = 2**63
#: Of everything that is evaluated in one module: names may stand for names, and so for more than a text can hold.
MOST_PARTS = 100_000
MOST_CHARACTERS = 1024 * 1024


class NotLiteral(Exception):
    """The value is only known to who runs the code."""


class Literals:
    """Gives the values of a module's expressions; ``constants`` are the names that stand for one.

    All of them together may have so many parts and characters: what goes beyond is no literal.
    """

    def __init__(self, constants: Mapping[str, ast.expr]) -> None:
        self._constants = constants
        self._parts_left = MOST_PARTS
        self._characters_left = MOST_CHARACTERS
        self._open: set[str] = set()  # names that are being looked up: a circle is no literal
        self._readers: dict[type[ast.expr], Callable[[Any], Any]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Dict: self._mapping,
            ast.JoinedStr: self._joined,
            ast.BinOp: self._sum,
            ast.UnaryOp: self._negative,
        }

    def value(self, node: ast.expr) -> Any:
        """Give the value of an expression; raises NotLiteral."""
        self._open.clear()
        return self._value(node)

    def _value(self, node: ast.expr) -> Any:
        self._parts_left -= 1
        reader = self._readers.get(type(node))
        if reader is None or self._parts_left < 0:
            raise NotLiteral
        return reader(node)

    def _constant(self, node: ast.Constant) -> Any:
        if not _is_json(node.value):
            raise NotLiteral
        if isinstance(node.value, str):
            self._characters_left -= len(node.value)
        if self._characters_left < 0:
            raise NotLiteral
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id in self._open or node.id not in self._constants:
            raise NotLiteral
        self._open.add(node.id)
        value = self._value(self._constants[node.id])
        self._open.discard(node.id)
        return value

    def _list(self, node: ast.List | ast.Tuple) -> list[Any]:
        items: list[Any] = []
        for item in node.elts:
            if isinstance(item, ast.Starred):
                items += self._of_type(item.value, list)
            else:
                items.append(self._value(item))
        return items

    def _mapping(self, node: ast.Dict) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:  # `**other`
                items.update(self._of_type(value, dict))
            else:
                items[self._of_type(key, str)] = self._value(value)
        return items

    def _joined(self, node: ast.JoinedStr) -> str:
        return "".join(self._text(part) for part in node.values)

    def _text(self, part: ast.expr) -> str:
        if isinstance(part, ast.FormattedValue):
            if part.conversion != -1 or part.format_spec is not None:
                raise NotLiteral
            return str(self._of_type(part.value, str))
        return str(self._of_type(part, str))

    def _sum(self, node: ast.BinOp) -> str:
        if not isinstance(node.op, ast.Add):
            raise NotLiteral
        return str(self._of_type(node.left, str)) + str(self._of_type(node.right, str))

    def _negative(self, node: ast.UnaryOp) -> int | float:
        value = self._value(node.operand)
        if not isinstance(node.op, ast.USub) or isinstance(value, bool) or not isinstance(value, int | float):
            raise NotLiteral
        return -value

    def _of_type(self, node: ast.expr, kind: type) -> Any:
        value = self._value(node)
        if not isinstance(value, kind):
            raise NotLiteral
        return value


def _is_json(value: object) -> bool:
    """Tell what can be kept in JSON: no bytes, complex numbers, half characters, infinities or boundless integers."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, float):
        return isfinite(value)
    return value is None or (isinstance(value, int) and abs(value) < _INTEGERS_END)
