"""Computes a condition. Every node gives a value; what that value counts as is decided at the very end."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from aetherflow.core.resolution.kinds import is_equal, kind_of
from aetherflow.core.resolution.scope import MISSING, Scope
from aetherflow.core.resolution.when.nodes import (
    Comparison,
    Junction,
    ListOf,
    Literally,
    Name,
    Negation,
    Node,
)

#: How many parts of a name must exist, by root; what is missing further in is null.
_PARTS_THAT_MUST_EXIST = {"env": 1, "jobs": 3, "steps": 2, "params": 2, "job": 2, "run": 2}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ConditionError(ValueError):
    """A condition cannot be computed: a name leads nowhere, or two kinds of values cannot be compared."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def compute(node: Node, scope: Scope) -> Any:
    """Give a node's value; raises ConditionError."""
    match node:
        case Literally(value=value):
            return value
        case Name(path=path):
            return _named(path, scope)
        case ListOf(items=items):
            return [compute(item, scope) for item in items]
        case Negation(operand=operand):
            return not compute(operand, scope)
        case Junction():
            return _joined(node, scope)
        case Comparison():
            return _compare(node, compute(node.left, scope), compute(node.right, scope))


def _named(path: tuple[str, ...], scope: Scope) -> Any:
    value = scope.lookup(path)
    if value is not MISSING:
        return value
    needed = path[: _PARTS_THAT_MUST_EXIST.get(path[0], 1)]
    if scope.lookup(needed) is MISSING:
        raise ConditionError(scope.explain_missing(needed))
    return None


def _joined(node: Junction, scope: Scope) -> Any:
    """Give the operand that decides, as Python does: ``params.name or "none"`` is a text."""
    value: Any = None
    for operand in node.operands:
        value = compute(operand, scope)
        if bool(value) is (node.joint == "or"):
            break
    return value


def _compare(node: Comparison, left: Any, right: Any) -> bool:
    match node.comparator:
        case "==":
            return is_equal(left, right)
        case "!=":
            return not is_equal(left, right)
        case "in":
            return _is_in(node, left, right)
        case "not in":
            return not _is_in(node, left, right)
        case _:
            return _is_ordered(node, left, right)


def _is_ordered(node: Comparison, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    kinds = kind_of(left), kind_of(right)
    if kinds not in (("number", "number"), ("string", "string")):
        raise _clash(node, left, right)
    return _ORDERS[node.comparator](left, right)


def _is_in(node: Comparison, left: Any, right: Any) -> bool:
    if right is None:
        return False
    if isinstance(right, list | tuple):
        return any(is_equal(left, item) for item in right)
    if left is None:
        return False
    if isinstance(left, str) and isinstance(right, str | Mapping):
        return left in right
    raise _clash(node, left, right)


def _clash(node: Comparison, left: Any, right: Any) -> ConditionError:
    kinds = f"a {kind_of(left)} and a {kind_of(right)}"
    if isinstance(node.left, Literally | ListOf) and isinstance(node.right, Literally | ListOf):
        return ConditionError(f'"{node.comparator}" cannot compare {kinds}: {_shown(node.text)}')
    operands = f"{_shown(node.left.text)} is a {kind_of(left)}, {_shown(node.right.text)} is a {kind_of(right)}"
    return ConditionError(f'"{node.comparator}" cannot compare {kinds}: {operands}')


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
