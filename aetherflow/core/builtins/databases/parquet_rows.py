"""Reads the rows of a Parquet file, a batch in memory at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.databases.bad_row import BadRow
from aetherflow.core.builtins.databases.batches import BATCH_BYTES, BATCH_ROWS, Row
from aetherflow.core.builtins.libraries import needed

#: Without a buffer the whole of a column is read at once, as far as its row group goes.
_BUFFER_BYTES = 1 << 18


def parquet_columns(path: Path) -> Sequence[str]:
    """Give the names of the columns; StepFailed where it is no Parquet file."""
    names: Sequence[str] = _parquet_file(path).schema_arrow.names
    return names


def parquet_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Give each row with its place from 1 on; raises BadRow where the file is broken, with the first row lost."""
    number = 0
    file = _parquet_file(path)
    batches = file.iter_batches(_rows_at_a_time(file.metadata))
    while (columns := _next_columns(batches, number + 1)) is not None:
        for row in zip(*columns, strict=True):
            number += 1
            yield number, row


def _next_columns(batches: Iterator[Any], number: int) -> list[list[Any]] | None:
    try:
        batch = next(batches, None)
        return None if batch is None else [_values(column) for column in batch.columns]
    except (OSError, ValueError, TypeError, NotImplementedError) as error:  # Arrow's own errors are some of these
        raise BadRow(number, error) from None


def _rows_at_a_time(metadata: Any) -> int:
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    width = max((group.total_byte_size // max(1, group.num_rows) for group in groups), default=0)
    return int(max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, width))))


def _values(column: Any) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except ValueError:  # nanoseconds, which Python's own types have no place for
        values = column.cast("string").to_pylist()
    return values


def _parquet_file(path: Path) -> Any:
    needed("pyarrow", "db")
    import pyarrow.parquet  # deferred: an extra, and 100 ms

    try:
        return pyarrow.parquet.ParquetFile(path, buffer_size=_BUFFER_BYTES)
    except (OSError, ValueError):  # Arrow's own errors are some of these
        raise StepFailed(f"{path.name} is no Parquet file") from None
