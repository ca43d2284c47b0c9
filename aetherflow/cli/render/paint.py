"""Named styles as ANSI codes."""

from aetherflow.core.events.segments import Line, StyleName

_CODES: dict[StyleName, str] = {"strong": "1", "dim": "2", "good": "32", "bad": "1;31", "warn": "33", "name": "36"}


def paint(text: str, style: StyleName, *, colour: bool) -> str:
    """Put a style's codes around a text, where colours are wanted."""
    if not colour or not text:
        return text
    code = _CODES.get(style)
    return f"\x1b[{code}m{text}\x1b[0m" if code else text


def paint_line(line: Line, *, colour: bool) -> str:
    """Write a line of segments as text."""
    return "".join(paint(segment.text, segment.style, colour=colour) for segment in line)
