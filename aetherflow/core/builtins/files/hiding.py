"""Hides what a resource says from what libraries and servers say of it, whether the run knows it as a secret or not."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

_MASK = "***"
_SHORTEST = 4  # a shorter one would make holes in every message
_UNTOLD = "what it says has a secret in it"


def without_values(text: str, values: Iterable[str]) -> str:
    """Give a text without any of the values, nor as URLs and Basic authentication have them."""
    known = {form for value in values if value.strip() for form in _forms(value)}
    if any(len(value) < _SHORTEST and value in text for value in known):
        return _UNTOLD
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, _MASK)
    return text


def texts_of(values: Any, public: frozenset[str]) -> Iterator[str]:
    """Give every text in a resource's values that is not public by the name of its key."""
    if isinstance(values, str):
        yield values
        yield from (line for line in values.splitlines() if line.strip())  # a key, of which a message has one line
    elif isinstance(values, dict):
        for key, value in values.items():
            if key not in public:
                yield from texts_of(value, public)
    elif isinstance(values, list):
        for value in values:
            yield from texts_of(value, public)


def _forms(value: str) -> Iterator[str]:
    yield value
    yield quote(value, safe="")
    yield b64encode(value.encode()).decode().rstrip("=")
