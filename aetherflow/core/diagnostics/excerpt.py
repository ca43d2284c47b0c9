"""One source line and the caret below it: masked, made visible, aligned, cut to a window around the caret."""

from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.cells import shown_character

WIDEST_LINE = 120  # cells
_CUT = "…"
#: Characters looked at on either side of the caret's start: one line may hold megabytes, and thousands of findings.
_REACH = 4 * WIDEST_LINE


class Excerpt(Struct, frozen=True):
    """A source line as shown. The caret stands below it: ``indent`` cells in, ``width`` cells wide."""

    line: str
    indent: int
    width: int


def make_excerpt(line: str, masked: str, span: Span, mask: Callable[[str], str], width: int = WIDEST_LINE) -> Excerpt:
    """Show a source line with the caret of a span that begins in it. ``masked`` is what ``mask`` makes of the line.

    Of a line that takes more than ``width`` cells a part is shown, and a sign on either side where it was cut.
    """
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = max(start, min(end, len(line)))
    if masked != line:
        start, end = _place_in_masked(line, masked, start, end, mask)
    return _windowed(masked, start, max(end, start + 1), width)


def _place_in_masked(line: str, masked: str, start: int, end: int, mask: Callable[[str], str]) -> tuple[int, int]:
    """Find the place of the caret in the masked line.

    The line is masked as a whole, for a secret may reach into the caret from either side; what stands before and after
    the caret is recognised in the result.
    """
    before = _common_length(mask(line[:start]), masked)
    after = _common_length(mask(line[end:])[::-1], masked[::-1])
    return before, max(before, len(masked) - after)


def _common_length(left: str, right: str) -> int:
    pairs = zip(left, right, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))


def _windowed(line: str, start: int, end: int, width: int) -> Excerpt:
    offset = max(0, start - _REACH)
    cells = [shown_character(character) for character in line[offset : start + _REACH]]
    widths = [width for _, width in cells]
    caret = start - offset
    first = _first_shown(widths, caret, width) if offset or sum(widths) > width else 0
    last = first + _reach(widths[first:], width)
    cut_before = _CUT if offset + first else ""
    cut_after = _CUT if offset + last < len(line) else ""
    shown = cut_before + "".join(character for character, _ in cells[first:last]) + cut_after
    indent = len(cut_before) + sum(widths[first:caret])
    return Excerpt(shown.rstrip(), indent, max(sum(widths[caret : min(end - offset, last)]), 1))


def _first_shown(widths: list[int], caret: int, width: int) -> int:
    """Choose where a line that is too long begins to be shown."""
    before = widths[:caret]
    if caret < _REACH and sum(before) <= width // 2:
        return 0
    return caret - _reach(before[::-1], width // 3)


def _reach(widths: list[int], limit: int) -> int:
    """Count how many of the first characters fit into so many cells."""
    used = 0
    for count, width in enumerate(widths):
        used += width
        if used > limit:
            return count
    return len(widths)
