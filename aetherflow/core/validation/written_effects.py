"""Effects that a step's inputs decide: asking a web server is harmless by one method, and not by another.

A step type says so in its input schema, where its own `effects` are the gravest that it may have: a property with
``"x-aetherflow-effects": {"GET": "pure", …}`` gives the effects by the value that the flow writes, a word in place of
the mapping gives them where it writes any. What a template will bring is not known before the run.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.resolution.tokens import OPENING

MARKER = "x-aetherflow-effects"

#: From the mildest to the gravest.
GRAVITY: tuple[Effects, ...] = get_args(Effects)


def written_effects(
    declared: Effects, marks: Mapping[str, Any], defaults: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Effects:
    """Give the effects of a step with these inputs: the mildest that a mark gives, else those of its type."""
    return min((declared, *_given(marks, {**defaults, **inputs})), key=GRAVITY.index)


def _given(marks: Mapping[str, Any], inputs: Mapping[str, Any]) -> Iterator[Effects]:
    for key, mark in marks.items():
        value = inputs.get(key)
        if isinstance(mark, str):
            effects = mark if value not in (None, False, "") else None
        else:
            is_known = isinstance(value, str) and OPENING not in value and isinstance(mark, dict)
            effects = mark.get(value) if is_known else None
        if effects in GRAVITY:
            yield effects
