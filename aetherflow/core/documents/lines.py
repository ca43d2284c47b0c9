"""Offsets of a text as lines and columns, worked out when the first span is asked for."""

import re
from bisect import bisect_right
from functools import cached_property

from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.source import Source

_LINE_BREAK = re.compile(r"\r\n?|\n")


class LineIndex:
    """Makes spans of the offsets of one source."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self._source.text))]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Give line and column, both from 1, of a character's offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Give the offset of a line and a column, both from 1."""
        return self._starts[line - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """Make a span of offsets, cut at the end of its first line, since a caret marks one line."""
        text = self._source.text
        line_break = _LINE_BREAK.search(text, start, end)
        if line_break:
            end = start + len(text[start : line_break.start()].rstrip())
        line, column = self.line_and_column(start)
        return Span(self._source.name, line, column, line, column + max(end - start, 0))
