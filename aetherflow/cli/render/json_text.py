r"""JSON as bytes that can always be written, and never steer a terminal: what may do so is escaped, the value the same.

Undecodable bytes of paths are lone surrogates, which no UTF-8 can hold: they become the six characters ``\udcXX``.
"""

import re
from typing import Any

import msgspec

from aetherflow.core.state.rows import without_surrogates

#: DEL and C1 controls, marks of direction, and separators of lines; JSON itself escapes what is below the space.
_STEERING = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")


def json_text(value: Any) -> bytes:
    """Write a value for a program to read, and for a person to look at."""
    return _harmless(msgspec.json.format(_encoded(value), indent=2)) + b"\n"


def json_line(value: Any) -> bytes:
    """Write a value on one line."""
    return _harmless(_encoded(value)) + b"\n"


def _harmless(encoded: bytes) -> bytes:
    """Escape what may steer a terminal; in JSON it can only stand in strings."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0].decode()):04x}".encode(), encoded)


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(without_surrogates(msgspec.to_builtins(value)))
