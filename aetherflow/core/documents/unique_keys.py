"""Mappings of JSON in which no key stands twice: JSON leaves open which of two values it has."""

from typing import Any


class RepeatedKey(ValueError):
    """A key stands twice in one mapping."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key!a} stands twice")
        self.key = key


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a mapping, as `object_pairs_hook` of a JSON reader; raises RepeatedKey."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKey(key)
        found[key] = value
    return found
