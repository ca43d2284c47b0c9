"""What is different between two JSON values, and what of it is told: enough to explain a run, never without end."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.events.segments import harmless_value

ChangePath = tuple[str | int, ...]

#: What is told of one patch.
MOST_CHANGES = 50
LONGEST_VALUE = 500
LONGEST_PATH = 200
_MOST_NAMED = 3


class Absent(Struct, frozen=True):
    """Stands where there is nothing, which is not null."""


ABSENT = Absent()


class Change(Struct, frozen=True):
    """A value at a path that was another one before, or is gone, or new."""

    path: ChangePath
    before: Any
    after: Any


def changes_between(before: Any, after: Any, path: ChangePath = ()) -> list[Change]:
    """Give what differs, as deep inside as it does; lists of another length have changed as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = dict.fromkeys((*before, *after))
        pairs: list[tuple[str | int, Any, Any]] = [
            (key, before.get(key, ABSENT), after.get(key, ABSENT)) for key in keys
        ]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(index, *pair) for index, pair in enumerate(zip(before, after, strict=True))]
    else:
        return [] if _is_same(before, after) else [Change(path, before, after)]
    return [change for key, was, now in pairs for change in changes_between(was, now, (*path, key))]


def told_changes(changes: list[Change], mask: Callable[[Any], Any]) -> dict[str, Any]:
    """Give changes as they are journaled: their paths, and what stood and stands there, masked; long values are cut.

    A path that is missing under ``before`` is new, one that is missing under ``after`` is gone.
    """
    told = changes[:MOST_CHANGES]
    paths = [_cut(mask(path_text(change.path)), LONGEST_PATH) for change in told]
    facts: dict[str, Any] = {
        "changed": paths,
        "before": dict(_values(zip(paths, (change.before for change in told), strict=True), mask)),
        "after": dict(_values(zip(paths, (change.after for change in told), strict=True), mask)),
    }
    return {**facts, "left_out": len(changes) - len(told)} if len(changes) > len(told) else facts


def told_paths(changes: list[Change], mask: Callable[[Any], Any]) -> str:
    """Name what has changed in a few words, masked."""
    named = ", ".join(_cut(mask(path_text(change.path)), LONGEST_PATH) for change in changes[:_MOST_NAMED])
    return f"{named} and {len(changes) - _MOST_NAMED} more" if len(changes) > _MOST_NAMED else named


def path_text(path: ChangePath) -> str:
    """Write a path as people read it: ``inputs.rows[0].name``; a key with other signs is quoted as in JSON."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "a").replace("-", "a").isalnum():
            text += f".{part}" if text else part
        else:
            text += f"[{msgspec.json.encode(harmless_value(part)).decode()}]"
    return text


def _is_same(before: Any, after: Any) -> bool:
    """Tell equal values of one type: for Python 1, 1.0 and true are equal, for a step they are not."""
    return type(before) is type(after) and bool(before == after)


def _values(pairs: Iterator[tuple[str, Any]], mask: Callable[[Any], Any]) -> Iterator[tuple[str, Any]]:
    for path, value in pairs:
        if not isinstance(value, Absent):
            yield path, _short(mask(harmless_value(value)))  # masked before it is cut: of a secret nothing is left


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return value if len(text) <= LONGEST_VALUE else _cut(text, LONGEST_VALUE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}… (cut, {len(text):,} characters)"
