"""Text in pieces, each in a named style, and made harmless: what is told of a run is the same on every stream."""

import re
from typing import Any, Literal

from msgspec import Struct

StyleName = Literal["plain", "strong", "dim", "good", "bad", "warn", "name"]

_ESCAPE_SEQUENCES = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erase
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\Z)"  # OSC and other strings: titles, links, clipboard
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
#: Control characters, but for newline and tab; marks that reverse the direction of text; lone surrogates.
_CONTROLS = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"


class Segment(Struct, frozen=True):
    """A piece of a line in one style."""

    text: str
    style: StyleName = "plain"


Line = list[Segment]


def plain_text(line: Line) -> str:
    """Write a line of segments without its styles."""
    return "".join([segment.text for segment in line])


def harmless(text: str) -> str:
    """Take out what would steer a terminal: escape sequences, control characters, marks of direction.

    Of a line that overwrites itself by carriage returns, such as a progress bar, its last state is left.
    """
    if text.isprintable():
        return text
    # Compiled at first need, and kept by re: it costs 2 ms, and most runs print nothing odd.
    text = re.sub(_ESCAPE_SEQUENCES, "", text, flags=re.DOTALL)
    if "\r" in text:
        text = "\n".join(_last_state(line) for line in text.split("\n"))
    return re.sub(_CONTROLS, "\N{REPLACEMENT CHARACTER}", text)


def first_line(text: str) -> str:
    """Give the first line of a text, harmless; the rest stands elsewhere."""
    return harmless(text).strip("\n").partition("\n")[0]


def harmless_value(value: Any) -> Any:
    """Make every text of a JSON value harmless. Before masking: what parts a secret must not come out afterwards."""
    if type(value) is str:
        return harmless(value)
    if isinstance(value, dict):
        return {key: harmless_value(item) for key, item in value.items()}
    return [harmless_value(item) for item in value] if isinstance(value, list) else value


def _last_state(line: str) -> str:
    return next((state for state in reversed(line.split("\r")) if state), "")
