"""Conditions of `when`: read once, checked by their references, computed against a scope."""

from functools import lru_cache

from msgspec import Struct

from aetherflow.core.resolution.scope import Scope
from aetherflow.core.resolution.when.evaluation import ConditionError, compute
from aetherflow.core.resolution.when.names import Reference
from aetherflow.core.resolution.when.nodes import Node
from aetherflow.core.resolution.when.parser import read_condition
from aetherflow.core.resolution.when.syntax_error import ConditionSyntaxError

__all__ = ["Condition", "ConditionError", "ConditionSyntaxError", "Reference", "evaluate", "parse_condition"]


class Condition(Struct, frozen=True):
    """A condition that has been read. ``references`` are the names in it, in order, with their offsets."""

    text: str
    root: Node
    references: tuple[Reference, ...]


@lru_cache(maxsize=1024)
def parse_condition(text: str) -> Condition:
    """Read a condition; raises ConditionSyntaxError."""
    root, references = read_condition(text)
    return Condition(text, root, references)


def evaluate(condition: Condition, scope: Scope) -> bool:
    """Tell whether a condition holds; raises ConditionError.

    null, false, 0, and empty strings, lists and mappings do not hold, everything else does.
    """
    try:
        return bool(compute(condition.root, scope))
    except RecursionError:  # two values that a step returned, both nested hundreds deep
        raise ConditionError("the values are nested too deep to compare") from None
