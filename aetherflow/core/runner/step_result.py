"""Judges what a step gave back; foreign code may return anything."""

import math
from typing import Any

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.contracts.step import StepResult
from aetherflow.core.runner.foreign_text import own_text, own_words

_STATUSES = tuple(StepStatus)
_LEAST_INTEGER, _INTEGER_LIMIT = -(2**63), 2**64


class NotJson(ValueError):
    """A value that JSON cannot hold; the message says which."""


def checked_result(returned: object, contribution: Contribution) -> StepResult:
    """Turn a StepResult, a mapping or None into a StepResult with outputs of its own; anything else fails the step."""
    if returned is None:
        return StepResult(StepStatus.SUCCESS)
    if isinstance(returned, dict):
        returned = StepResult(StepStatus.SUCCESS, returned)
    if not isinstance(returned, StepResult):
        raise _rubbish(contribution, f"returned {_kind(returned)}", "return a StepResult, a mapping or nothing")
    if returned.status not in _STATUSES:
        hint = f"the statuses are {', '.join(_STATUSES)}"
        raise _rubbish(contribution, f'returned the unknown status "{returned.status}"', hint)
    if not isinstance(returned.outputs, dict):
        raise _rubbish(contribution, f"returned {_kind(returned.outputs)} as outputs", "outputs are a mapping")
    try:
        outputs = json_copy(returned.outputs, "outputs")
    except NotJson as problem:
        hint = "outputs hold text, numbers, booleans, null, lists and mappings with text keys"
        raise _rubbish(contribution, f"returned outputs that are not JSON: {problem}", hint) from None
    return StepResult(StepStatus(returned.status), outputs, _text(returned.error), _text(returned.reason))


def _text(given: object) -> str | None:
    """Take a text as such, and an exception, say, by its words."""
    return None if given is None else own_words(given)


def json_copy(value: Any, place: str = "") -> Any:
    """Copy a JSON value deeply, so that nobody who keeps the original can change it; raises NotJson."""
    if isinstance(value, dict):
        return {(name := _text_key(key, place)): json_copy(item, f"{place}.{name}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_copy(item, f"{place}[{index}]") for index, item in enumerate(value)]
    return _json_scalar(value, place)


def _json_scalar(value: Any, place: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return own_text(value)
    if isinstance(value, int):
        whole = int(value)
        if _LEAST_INTEGER <= whole < _INTEGER_LIMIT:
            return whole
        raise NotJson(f"{place} is an integer beyond 64 bits")
    if isinstance(value, float):
        number = float(value)
        if math.isfinite(number):
            return number
        raise NotJson(f"{place} is {number}")
    raise NotJson(f"{place} is {_kind(value)}")


def _text_key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise NotJson(f"{place} has a key that is {_kind(key)}")
    return own_text(key)


def _rubbish(contribution: Contribution, what: str, hint: str) -> StepFailed:
    return StepFailed(f'step type "{contribution.name}" {what} ({contribution.file}:{contribution.line})', hint=hint)


def _kind(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
