"""The kinds of JSON values, as users call them, and equality that never mixes kinds."""

from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["null", "boolean", "number", "string", "list", "mapping"]


def kind_of(value: Any) -> Kind:
    """Name a value's kind; whatever is no JSON value counts as a mapping of its own."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list | tuple) else "mapping"


def is_equal(left: Any, right: Any) -> bool:
    """Compare two values: those of different kinds are never equal (true is not 1), integers and floats may be."""
    kind = kind_of(left)
    if kind != kind_of(right):
        return False
    if kind == "list":
        return len(left) == len(right) and all(map(is_equal, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(is_equal(left[key], right[key]) for key in left)
    return bool(left == right)
