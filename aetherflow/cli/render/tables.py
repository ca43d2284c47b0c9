"""Columns of text, aligned; the last column is free to be as long as it likes."""

from collections.abc import Sequence

from aetherflow.cli.render.paint import paint_line
from aetherflow.core.events.segments import Line, Segment


def render_table(rows: Sequence[Line], *, colour: bool, indent: str = "  ", gap: str = "  ") -> str:
    """Align rows of segments, a segment a cell; gives one line a row, without trailing spaces."""
    widths = _column_widths(rows)
    return "".join(indent + _render_row(row, widths, gap, colour=colour) + "\n" for row in rows)


def _column_widths(rows: Sequence[Line]) -> list[int]:
    count = max((len(row) for row in rows), default=0)
    return [max(len(row[index].text) for row in rows if index < len(row)) for index in range(count)]


def _render_row(row: Line, widths: list[int], gap: str, *, colour: bool) -> str:
    while row and not row[-1].text:
        row = row[:-1]
    cells: Line = []
    for index, cell in enumerate(row):
        is_last = index == len(row) - 1
        padding = "" if is_last else " " * (widths[index] - len(cell.text)) + gap
        cells += [cell, Segment(padding)]
    return paint_line(cells, colour=colour)
