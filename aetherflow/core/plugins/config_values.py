"""Words of a command line that set a plugin's config: KEY=VALUE, with dots in the key for what lies inside."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.scalars import ScalarError, describe_value, parse_scalar
from aetherflow.core.documents.source import Source

#: Of a key; what lies deeper can be set as a value of several parts.
MOST_PARTS = 32
#: What begins a value of several parts, or one in quotes; all others are scalars as they stand.
_YAML_BEGINS = frozenset("[{\"'")


class Assignment(Struct, frozen=True):
    """A value, and the keys that lead to its place."""

    path: tuple[str, ...]
    value: Any


def read_assignment(text: str) -> Assignment:
    """Read KEY=VALUE; the value is a scalar of YAML 1.2, or a list or mapping as in JSON. Raises InputError."""
    key, equals, written = text.partition("=")
    if not equals:
        raise _wrong(f'"{text}" is not KEY=VALUE', "for example `level=3`, or `mail.to=[ops@example.com]`")
    return Assignment(read_key(key), _value(key, written))


def read_key(text: str) -> tuple[str, ...]:
    """Read the path of a key; raises InputError where it leads nowhere."""
    path = tuple(text.split("."))
    if not all(path):
        raise _wrong(f'"{text}" is no key', "name one, with a dot before what lies inside it: `mail.to`")
    if len(path) > MOST_PARTS:
        raise _wrong(f"a key of {len(path):,} parts is too long", f"a key has at most {MOST_PARTS} parts")
    if not _is_unicode(text):
        raise _wrong(f"{text!a} is no text in UTF-8", "a config is kept as JSON, which holds text")
    return path


def with_value(config: Mapping[str, Any], assignment: Assignment) -> dict[str, Any]:
    """Put a value in its place; mappings on the way are made. Raises InputError where something else stands there."""
    return _put(config, assignment.path, 0, assignment.value)


def without_value(config: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Take a value away, and mappings that are empty then; one that is not there changes nothing."""
    first, *rest = path
    inner = config.get(first)
    if not rest:
        return {key: value for key, value in config.items() if key != first}
    if not isinstance(inner, dict):
        return dict(config)
    left = without_value(inner, rest)
    return {key: left if key == first else value for key, value in config.items() if key != first or left}


def value_at(config: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Give the value at a path; raises KeyError where there is none."""
    value: Any = config
    for key in path:
        if not isinstance(value, dict):
            raise KeyError(key)
        value = value[key]
    return value


def _put(config: Mapping[str, Any], path: tuple[str, ...], depth: int, value: Any) -> dict[str, Any]:
    key = path[depth]
    if depth + 1 < len(path):
        inner = config.get(key, {})
        if not isinstance(inner, dict):
            shown = ".".join(path[: depth + 1])
            raise _wrong(
                f'"{".".join(path)}" cannot be set: "{shown}" is {describe_value(inner)}, and no mapping',
                f"take it away first: `aetherflow plugins config unset NAME {shown}`",
            )
        value = _put(inner, path, depth + 1, value)
    return {**config, key: value}


def _value(key: str, written: str) -> Any:
    if not _is_unicode(written):
        raise _wrong(f'the value of "{key}" is no text in UTF-8', "a config is kept as JSON, which holds text")
    text = written.strip()
    if text[:1] in _YAML_BEGINS and text:
        return _in_parts(key, text)
    try:
        read = parse_scalar(text)
    except ScalarError as problem:
        raise _wrong(f'the value of "{key}" cannot be kept: {problem.message}', _IN_QUOTES) from None
    return written if isinstance(read, str) else read


def _in_parts(key: str, text: str) -> Any:
    reading = read_document(Source(key, text))
    if reading.diagnostics or reading.document is None:
        problem = reading.diagnostics[0]
        raise _wrong(f'the value of "{key}" cannot be read: {problem.message}', problem.hint or _IN_QUOTES)
    return reading.document.data


_IN_QUOTES = "put a text in quotes of its own: `'KEY=\"…\"'`"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _wrong(message: str, hint: str) -> InputError:
    return InputError.of(Diagnostic(code="AF-P156", message=message, hint=hint))
