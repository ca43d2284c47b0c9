"""Columns of text, aligned; the last column is free to be as long as it likes."""

from collections.abc import Sequence

from aetherflow.cli.render.paint import paint
from aetherflow.core.diagnostics.cells import width_of
from aetherflow.core.events.segments import Line, Segment

_INDENT = _GAP = "  "


def render_table(rows: Sequence[Line], *, colour: bool, indent: str = _INDENT, gap: str = _GAP) -> str:
    """Align rows of segments, a segment a cell; gives one line a row, without trailing spaces."""
    widths = _column_widths(rows)
    return "".join(indent + _render_row(row, widths, gap, colour=colour) + "\n" for row in rows)


def shortened(rows: Sequence[Line], column: int, columns: int, *, least: int, ellipsis: str) -> list[Line]:
    """Shorten a column's cells as far as a table so wide needs it, but not below ``least`` cells."""
    widths = _column_widths(rows)
    excess = len(_INDENT) + sum(widths) + len(_GAP) * (len(widths) - 1) - columns
    if excess <= 0:
        return list(rows)
    width = max(least, widths[column] - excess)
    return [
        [_cut(cell, width, ellipsis) if index == column else cell for index, cell in enumerate(row)] for row in rows
    ]


def _cut(cell: Segment, width: int, ellipsis: str) -> Segment:
    if width_of(cell.text) <= width:
        return cell
    text = cell.text[: width - len(ellipsis)]
    while width_of(text) > width - len(ellipsis):
        text = text[:-1]
    return Segment(text.rstrip() + ellipsis, cell.style)


def _column_widths(rows: Sequence[Line]) -> list[int]:
    count = max((len(row) for row in rows), default=0)
    return [max(width_of(row[index].text) for row in rows if index < len(row)) for index in range(count)]


def _render_row(row: Line, widths: list[int], gap: str, *, colour: bool) -> str:
    while row and not row[-1].text:
        row = row[:-1]
    if not row:
        return ""
    *cells, last = row
    parts = [
        f"{paint(cell.text, cell.style, colour=colour)}{' ' * (width - width_of(cell.text))}{gap}"
        for cell, width in zip(cells, widths, strict=False)
    ]
    return "".join(parts) + paint(last.text, last.style, colour=colour)
