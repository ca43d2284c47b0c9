"""What a condition consists of, once read."""

from typing import Any, Literal

from msgspec import Struct

Comparator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]


class Literally(Struct, frozen=True):
    """A literal: null, a boolean, a number or a string."""

    value: Any
    text: str


class Name(Struct, frozen=True):
    """A path such as ``jobs.extract.outputs.rows``."""

    path: tuple[str, ...]
    text: str


class ListOf(Struct, frozen=True):
    """A list literal."""

    items: "tuple[Node, ...]"
    text: str


class Comparison(Struct, frozen=True):
    """Two operands and what is asked of them."""

    comparator: Comparator
    left: "Node"
    right: "Node"
    text: str


class Negation(Struct, frozen=True):
    """``not`` and its operand."""

    operand: "Node"
    text: str


class Junction(Struct, frozen=True):
    """Operands joined by ``and`` or by ``or``."""

    joint: Literal["and", "or"]
    operands: "tuple[Node, ...]"
    text: str


Node = Literally | Name | ListOf | Comparison | Negation | Junction
