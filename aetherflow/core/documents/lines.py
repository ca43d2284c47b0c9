"""Offsets of a text as lines and columns."""

import re
from bisect import bisect_right

from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.source import Source

_LINE_BREAK = re.compile(r"[\r\n]")
_COMMENT = re.compile(r"\s+#[^'\"]*$")  # a "#" behind a quote may be text


class LineIndex:
    """Makes spans of the offsets of one source.

    Lines are counted from the nearest offset that was asked for before: no table of millions of lines for one finding,
    and no counting from the start for each of thousands.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._offsets = [0]
        self._lines = [1]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Give line and column, both from 1, of a character's offset."""
        after = bisect_right(self._offsets, offset)
        line = self._line_near(offset, after)
        if self._offsets[after - 1] != offset:
            self._offsets.insert(after, offset)
            self._lines.insert(after, line)
        return line, offset - line_start(self._source.text, offset) + 1

    def _line_near(self, offset: int, after: int) -> int:
        before = after - 1
        if after < len(self._offsets) and self._offsets[after] - offset < offset - self._offsets[before]:
            return self._lines[after] - self._breaks_between(offset, self._offsets[after])
        return self._lines[before] + self._breaks_between(self._offsets[before], offset)

    def span(self, start: int, end: int) -> Span:
        """Make a span of offsets, cut at the end of its first line, since a caret marks one line."""
        text = self._source.text
        line_break = _LINE_BREAK.search(text, start, end)
        if line_break:
            end = start + len(_without_comment(text[start : line_break.start()]))
        line, column = self.line_and_column(start)
        return Span(self._source.name, line, column, line, column + max(end - start, 0))

    def _breaks_between(self, start: int, end: int) -> int:
        text = self._source.text
        lone_returns = text.count("\r", start, end) - text.count("\r\n", start, end)
        return text.count("\n", start, end) + lone_returns


def _without_comment(line: str) -> str:
    found = _COMMENT.search(line)
    return line[: found.start()] if found else line.rstrip()


def line_start(text: str, offset: int) -> int:
    """Give the offset at which the line of an offset begins."""
    newline = text.rfind("\n", 0, offset)
    return max(newline, text.rfind("\r", newline + 1, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Give the offset at which the line of an offset ends, before its line break."""
    line_break = _LINE_BREAK.search(text, offset)
    return line_break.start() if line_break else len(text)
