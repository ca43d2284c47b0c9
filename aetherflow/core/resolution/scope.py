"""What the names of templates and conditions stand for: roots, and values found by walking from them."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.resolution.kinds import kind_of

Path = tuple[str, ...]
_MOST_SHOWN = 6


class Missing(Enum):
    """The type of MISSING, which says that a path leads nowhere (null is a value)."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


class NullOutputs(Mapping[str, Any]):
    """Outputs of something that was SKIPPED, BLOCKED or not selected: what was not produced is null, at any depth."""

    def __init__(self, produced: Mapping[str, Any] | None = None) -> None:
        self._produced = produced or {}

    def __getitem__(self, key: str) -> Any:
        return self._produced.get(key)

    def is_produced(self, key: str) -> bool:
        """Tell a value that exists from one that is null because nothing produced it."""
        return key in self._produced

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._produced)

    def __len__(self) -> int:
        return len(self._produced)


class Scope:
    """The values that templates and conditions may name, by root."""

    def __init__(self, roots: Mapping[str, Any]) -> None:
        self.roots = roots

    def lookup(self, path: Path) -> Any:
        """Give the value of a path, or MISSING. Mappings are walked by key, lists by index from 0."""
        value: Any = self.roots
        for part in _steps_of(path):
            value = _child(value, part)
            if value is MISSING or value is _NULL:
                break
        if value is _NULL:
            return None
        # As a whole, outputs that do not exist are null as well.
        return (dict(value) or None) if isinstance(value, NullOutputs) else value

    def explain_missing(self, path: Path) -> str:
        """Say why a path leads nowhere, with the nearest name that exists. Values are never told, only names."""
        path = _steps_of(path)
        depth, value = self._last_found(path)
        name = path[depth]
        if depth == 0:
            return f'unknown root "{name}"{_nearby(name, self.roots, "here the roots are")}'
        if path[0] == "env" and depth == 1:
            return f'environment variable "{name}" is {_state_of(name, value)}'
        return f'"{".".join(path)}" does not exist: {_why(".".join(path[:depth]), name, value)}'

    def _last_found(self, path: Path) -> tuple[int, Any]:
        value: Any = self.roots
        for depth, part in enumerate(path):
            child = _child(value, part)
            if child is MISSING:
                return depth, value
            value = child
        return len(path) - 1, self.lookup(path[:-1])


class _Null(Enum):
    NULL = "null"


#: Null all the way down, unlike a null that was produced.
_NULL: Final = _Null.NULL


def _steps_of(path: Path) -> Path:
    """Give the parts to walk by: the dots in the name of an environment variable are its own."""
    return ("env", ".".join(path[1:])) if len(path) > 2 and path[0] == "env" else path


def _child(value: Any, part: str) -> Any:
    if isinstance(value, NullOutputs):
        return value[part] if value.is_produced(part) else _NULL
    if isinstance(value, Mapping):
        return value.get(part, MISSING)
    if isinstance(value, list | tuple) and part.isdecimal() and len(part) < 10:
        index = int(part)
        return value[index] if index < len(value) else MISSING
    return MISSING


def _state_of(name: str, environment: Any) -> str:
    if not isinstance(environment, Mapping) or name in environment:
        return "empty"
    question = did_you_mean(name, environment)
    return f"not set; {question}" if question else "not set"


def _why(place: str, name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f'"{place}" has no "{name}"{_nearby(name, value, "it has")}'
    if isinstance(value, list | tuple):
        return f'"{place}" is a list of {len(value)}, counted from 0'
    return f'"{place}" is {_described(value)}, which has nothing inside'


def _nearby(name: str, known: Mapping[str, Any], introduction: str) -> str:
    """Give the name that was probably meant, else the first names that exist."""
    if question := did_you_mean(name, known):
        return f"; {question}"
    names = ", ".join(f'"{each}"' for each in list(known)[:_MOST_SHOWN])
    more = ", …" if len(known) > _MOST_SHOWN else ""
    return f"; {introduction} {names}{more}" if names else ""


def _described(value: Any) -> str:
    return "null" if value is None else f"a {kind_of(value)}"
