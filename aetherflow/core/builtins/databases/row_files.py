"""Writes rows to a file, in batches: as CSV, JSON lines or Parquet."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.csv_lines import CsvForm, CsvLines
from aetherflow.core.builtins.databases.text_values import json_value_of, text_of
from aetherflow.core.builtins.libraries import needed
from aetherflow.core.builtins.output_file import OutputFile


class RowFile(Protocol):
    """Takes batches of rows, and ends the file."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write a batch."""
        ...

    def end(self) -> None:
        """Write what stands at the end of the file."""
        ...

    def close(self) -> None:
        """Let go of what a library holds, whether the file was ended or not."""
        return


class CsvFile(RowFile):
    """CSV, with the names of the columns first where they are wanted."""

    def __init__(self, file: OutputFile, columns: Sequence[str], form: CsvForm, *, header: bool) -> None:
        self._file = file
        self._lines = CsvLines(form, len(columns))
        if header:
            file.write(self._lines.encode([columns]))

    def write(self, rows: Sequence[Row]) -> None:
        """Write a line for each row."""
        self._file.write(self._lines.encode(rows))

    def end(self) -> None:
        """Nothing stands at the end of CSV."""


class JsonLinesFile(RowFile):
    """A JSON object in each line, with every column in it."""

    def __init__(self, file: OutputFile, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = columns

    def write(self, rows: Sequence[Row]) -> None:
        """Write a line for each row."""
        values = [dict(zip(self._columns, map(json_value_of, row), strict=True)) for row in rows]
        if values:
            self._file.write(b"\n".join(map(msgspec.json.encode, values)) + b"\n")

    def end(self) -> None:
        """Nothing stands at the end of JSON lines."""


class ParquetFile(RowFile):
    """Parquet; the first batch decides the types of the columns, and every batch is a row group."""

    def __init__(self, file: OutputFile, columns: Sequence[str]) -> None:
        needed("pyarrow", "db")
        import pyarrow.parquet  # deferred: an extra, and 100 ms

        self._arrow: Any = pyarrow
        self._file = file
        self._columns = list(columns)
        self._schema: Any = None
        self._writer: Any = None

    def write(self, rows: Sequence[Row]) -> None:
        """Write a row group."""
        values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in self._columns]
        if self._writer is None:
            self._schema = self._arrow.schema(
                [(name, self._type_of(each)) for name, each in zip(self._columns, values, strict=True)]
            )
            self._writer = self._arrow.parquet.ParquetWriter(self._file, self._schema)
        arrays = [
            self._array(name, each, field.type)
            for name, each, field in zip(self._columns, values, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def end(self) -> None:
        """Write the footer."""
        if self._writer is None:
            self.write([])
        self._writer.close()

    def close(self) -> None:
        """Keep the writer of a file that was not ended from writing to it later, when it is collected."""
        if self._writer is not None and self._writer.is_open:
            with suppress(Exception):  # foreign code, on a file that is thrown away
                self._writer.close()
            self._writer.is_open = False

    def _type_of(self, values: list[Any]) -> Any:
        try:
            found = self._arrow.array(values).type
        except (self._arrow.ArrowInvalid, self._arrow.ArrowTypeError, OverflowError):
            return self._arrow.string()
        types = self._arrow.types
        if types.is_decimal(found):
            return self._arrow.decimal128(38, found.scale) if found.precision <= 38 else self._arrow.string()
        if types.is_time(found) and any(each is not None and each.tzinfo for each in values):
            return self._arrow.string()  # Parquet's times have no offsets
        return found if any(is_kept(found) for is_kept in _kept(types)) else self._arrow.string()

    def _array(self, name: str, values: list[Any], type_: Any) -> Any:
        if self._arrow.types.is_string(type_):
            return self._arrow.array([None if each is None else text_of(each) for each in values], type_)
        try:
            return self._arrow.array(values, type_)
        except (self._arrow.ArrowInvalid, self._arrow.ArrowTypeError, OverflowError, TypeError, ValueError):
            raise StepFailed(
                f'the column "{name}" begins with values of type {type_}, and has others later',
                hint="give it one type in the query, with CAST",
            ) from None


def _kept(types: Any) -> tuple[Any, ...]:
    """Give the tests for the types that Parquet and its readers have."""
    return (
        *(types.is_integer, types.is_floating, types.is_boolean, types.is_binary),
        *(types.is_date, types.is_time, types.is_timestamp),
    )
