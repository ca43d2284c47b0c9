"""What a hook's answer means: a pure decision over the data that it was given and what it returned."""

import math
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.hook import CHANGEABLE, VETOABLE, PluginHook, Veto
from aetherflow.core.runner.foreign_text import own_words
from aetherflow.core.runner.hooks.changes import Change, changes_between
from aetherflow.core.runner.step_result import NotJson, json_copy

#: A hook may let an attempt wait for so long; beyond a day, a number is a mistake.
LONGEST_DELAY_SECONDS = 86_400


class WrongAnswer(ValueError):
    """A hook has returned what it may not; the message goes on after "it"."""


class Kept(Struct, frozen=True):
    """The data go on as they are."""


class Patched(Struct, frozen=True):
    """The data go on changed; ``told`` is what the journal keeps of the changes."""

    data: dict[str, Any]
    changes: list[Change]
    told: dict[str, Any] = {}


class Stopped(Struct, frozen=True):
    """The hook vetoes."""

    reason: str


class Wrong(Struct, frozen=True):
    """The hook has returned what it may not, or has failed; ``at`` is the line that did it, where it is known."""

    problem: str
    at: tuple[str, int] | None = None


Answer = Kept | Patched | Stopped | Wrong


def own_copy(returned: object) -> dict[str, Any] | Veto | None:
    """Take what a hook returned as the value that it is now, whatever its owner does with it; raises WrongAnswer."""
    if returned is None:
        return None
    if isinstance(returned, Veto):
        return _own_veto(returned)
    if not isinstance(returned, dict):
        name = type(returned).__name__
        raise WrongAnswer(f"returned a value of type {name}: return the data, a Veto, or nothing")
    try:
        return dict(json_copy(returned, "data"))
    except NotJson as problem:
        raise WrongAnswer(f"returned what is not JSON: {problem}") from None


def answer_of(hook: PluginHook, data: dict[str, Any], returned: dict[str, Any] | Veto | None) -> Answer:
    """Judge what a hook returned for these data; it may leave out what it does not change."""
    if returned is None:
        return Kept()
    if isinstance(returned, Veto):
        return _veto(hook, returned)
    changeable = CHANGEABLE.get(hook)
    for key, value in returned.items():
        if key not in data:
            return Wrong(f'returned "{key}", which its data do not have: they are {", ".join(data)}')
        if key != changeable and changes_between(data[key], value):
            return Wrong(f'changed "{key}", which it may not: {_allowed(changeable)}')
    if changeable is None or changeable not in returned:
        return Kept()
    return _patch(data, changeable, returned[changeable])


def _own_veto(veto: Veto) -> Veto:
    reason: object = veto.reason
    text = own_words(reason) if isinstance(reason, str) else ""
    if not text.strip():
        raise WrongAnswer("returned a Veto without a reason")
    return Veto(text)


def _veto(hook: PluginHook, veto: Veto) -> Answer:
    return Stopped(veto.reason) if hook in VETOABLE else Wrong(f"returned a Veto, and {hook} stops nothing")


def _patch(data: dict[str, Any], key: str, value: Any) -> Answer:
    changes = changes_between(data[key], value, (key,))
    if not changes:
        return Kept()
    problem = _value_problem(key, value)
    return Wrong(problem) if problem else Patched({**data, key: value}, changes)


def _value_problem(key: str, value: Any) -> str | None:
    if key in ("inputs", "outputs", "params") and not isinstance(value, dict):
        return f'returned "{key}" that are no mapping'
    if key != "delay_seconds":
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and 0 <= value <= LONGEST_DELAY_SECONDS:
        return None
    return f'returned a "delay_seconds" that is no number from 0 to {LONGEST_DELAY_SECONDS}'


def _allowed(changeable: str | None) -> str:
    return f'only "{changeable}" may be changed' if changeable else "nothing may be changed here"
