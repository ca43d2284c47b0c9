"""Applies the patches of a journal to the value that they began with."""

import json
import re
from collections.abc import Iterable
from typing import Any

from aetherflow.core.api import Event

_PART = re.compile(r'\.?(?P<name>[^.\[\]"]+)|\[(?P<index>\d+)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]')


def replayed(data: dict[str, Any], patches: Iterable[Event]) -> dict[str, Any]:
    """Give the data as the patches leave them."""
    data = json.loads(json.dumps(data))
    for event in patches:
        for path in event.payload["changed"]:
            *way, last = path_of(path)
            inside: Any = data
            for part in way:
                inside = inside[part]
            if path in event.payload["after"]:
                inside[last] = plain(event.payload["after"][path])
            else:
                del inside[last]
    return data


def path_of(text: str) -> list[str | int]:
    """Read a path as it is written in an event."""
    found: list[str | int] = []
    for part in _PART.finditer(text):
        if part["index"]:
            found.append(int(part["index"]))
        else:
            found.append(json.loads(part["quoted"]) if part["quoted"] else part["name"])
    return found


def plain(value: Any) -> Any:
    """Copy what observers get, which cannot be changed, as plain JSON."""
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
