"""How many rows are held at a time: many narrow ones, few wide ones, so that memory is bounded whatever is in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

Row = Sequence[Any]
Each = TypeVar("Each")

#: How many rows are asked for, and written, at a time.
BATCH_ROWS = 2000
#: Wide rows are fewer: what texts and bytes of a batch take is about this.
BATCH_BYTES = 4_000_000
#: How many rows are looked at for how wide they are.
_SAMPLES = 8
_STEP_ROWS = 20


def row_width(row: Row) -> int:
    """Give how long the texts and bytes of a row are together; other values take little."""
    return sum(len(value) for value in row if isinstance(value, str | bytes | bytearray | memoryview))


def rows_to_ask_for(last: Sequence[Row], most_bytes: int = BATCH_BYTES) -> int:
    """Give how many rows to ask for next, by some of those that came last."""
    widest = max(map(row_width, last[:: max(1, len(last) // _SAMPLES)]))
    return max(1, min(BATCH_ROWS, most_bytes // max(1, widest)))


def batches(
    rows: Iterable[Each], most_rows: int, width_of: Callable[[Each], int], most_bytes: int = BATCH_BYTES
) -> Iterator[list[Each]]:
    """Part rows into batches of so many, or fewer where they are wide."""
    left = iter(rows)
    batch: list[Each] = []
    size, step = 0, 1
    while more := list(islice(left, min(step, most_rows - len(batch)))):
        width = width_of(more[-1])
        batch += more
        size += width * len(more)
        step = max(1, min(_STEP_ROWS, most_bytes // max(1, width)))
        if len(batch) == most_rows or size >= most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
