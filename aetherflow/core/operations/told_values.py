"""What is told of plugins, without the secrets of the environment: names, schemas and findings hold foreign text."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from aetherflow.core.environment.masking import Masker

Told = TypeVar("Told")

#: Fields that hold one of a few words of ours; those stay readable whatever is secret.
_OUR_WORDS = frozenset({"kind", "code", "severity", "origin", "lock", "mode", "effects", "isolation", "digest"})


def masked(told: Told, masker: Masker) -> Told:
    """Copy a value with every secret in its strings hidden, keys excepted; mostly there is none, and it is the same."""
    if not masker.has_secrets or not masker.hides(_text_of(told)):
        return told
    copy: Told = _Copy(masker).of(told)
    return copy


class _Copy:
    """Copies records; one that is met twice is copied once, and so stays the same as itself."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._copies: dict[int, Struct] = {}

    def of(self, value: Any) -> Any:
        if isinstance(value, Struct):
            if id(value) not in self._copies:
                fields = {name: self._field(name, item) for name, item in _fields(value)}
                self._copies[id(value)] = type(value)(**fields)
            return self._copies[id(value)]
        if isinstance(value, tuple):
            return tuple(map(self.of, value))
        if isinstance(value, list):
            return list(map(self.of, value))
        return self._masker.mask(value)

    def _field(self, name: str, value: Any) -> Any:
        return value if name in _OUR_WORDS and isinstance(value, str) else self.of(value)


def _text_of(value: Any) -> str:
    """Give one text with all the strings of a value; JSON is a form in which secrets are looked for."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # undecodable bytes of a path
        return "\0".join(_strings_in(value))


def _strings_in(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Struct):
            pending += (field for _, field in _fields(item))
        elif isinstance(item, Mapping):
            pending += item.values()
        elif isinstance(item, list | tuple):
            pending += item


def _fields(record: Struct) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(record, name)) for name in record.__struct_fields__)
