"""Writes a value as the text that a person would write in YAML."""

from typing import Any


def plain_text(value: Any) -> str:
    """Give text as it is, other scalars as YAML shows them (`true`, `1.5`, `null`), lists and mappings as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if value is None:
        return "null"
    import msgspec.json  # deferred: only for lists and mappings

    return msgspec.json.encode(value).decode()
