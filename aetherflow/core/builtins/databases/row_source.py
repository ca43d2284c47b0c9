"""Reads rows from a csv, tsv, jsonl or parquet file, each with its place in the file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.databases.bad_row import BadRow
from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.csv_lines import CsvForm
from aetherflow.core.builtins.databases.csv_records import csv_records
from aetherflow.core.builtins.databases.file_format import FileFormat
from aetherflow.core.builtins.databases.parquet_rows import parquet_columns, parquet_rows

NumberedRow = tuple[int, Row]


class RowSource(Struct, frozen=True):
    """A file: what its columns are called, and its rows with the line, or in Parquet the place, of each."""

    path: Path
    format: FileFormat
    form: CsvForm
    columns: Sequence[str]
    header: bool = True

    @property
    def is_text(self) -> bool:
        """Tell whether values come as text, or as JSON has them: bytes are base64 then."""
        return self.format != "parquet"

    def place(self, number: int) -> str:
        """Name a row for people: `orders.csv:3`."""
        return f"{self.path.name}:{number}" if self.is_text else f"{self.path.name}, row {number}"

    def rows(self) -> Iterator[NumberedRow]:
        """Give the rows; raises BadRow for one that cannot be read."""
        if self.format == "jsonl":
            return _json_rows(self.path, self.columns)
        if self.format == "parquet":
            return ((number, [_flat(value) for value in row]) for number, row in parquet_rows(self.path))
        return self._csv_rows()

    def _csv_rows(self) -> Iterator[NumberedRow]:
        records = csv_records(self.path, self.form)
        if self.header:
            next(records, None)
        width = len(self.columns)
        for line, record in records:
            if len(record) != width:
                raise BadRow(line, ValueError(f"there are {len(record)} fields, {width} are wanted"))
            yield line, record


def row_source(
    path: Path, format_: FileFormat, form: CsvForm, *, header: bool, columns: Sequence[str] | None
) -> RowSource | None:
    """Look at the beginning of a file; None where nothing is in it that could tell its columns."""
    if format_ == "parquet":
        found: Sequence[str | None] | None = parquet_columns(path)
    elif format_ == "jsonl":
        found = next((list(value) for _, value in _json_objects(path)), None)
    elif header:
        found = next((record for _, record in csv_records(path, form)), None)
    else:
        found = _needed_columns(columns)
    if found is None:
        return None
    names = columns if columns is not None else found
    return RowSource(path, format_, form, _checked(names, path, len(found), format_), header)


def _needed_columns(columns: Sequence[str] | None) -> Sequence[str]:
    if columns is None:
        raise StepFailed("without a header nothing tells the columns", hint="write `columns`, in the order of the file")
    return columns


def _checked(names: Sequence[str | None], path: Path, width: int, format_: FileFormat) -> Sequence[str]:
    found = [name for name in names if name]
    if len(found) < len(names):
        raise StepFailed(f"{path.name}:1: a column has no name", hint="write a name for each, or `columns`")
    if len(set(found)) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        raise StepFailed(f'{path.name}: two columns are named "{twice}"')
    if format_ != "jsonl" and len(found) != width:
        place = path.name if format_ == "parquet" else f"{path.name}:1"
        raise StepFailed(f"{place}: there are {width} columns, and `columns` names {len(found)}")
    return found


def _json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    from decimal import Decimal  # deferred: a float would lose digits of what stands in the file

    decoder = msgspec.json.Decoder(float_hook=Decimal)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                value = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise BadRow(number, ValueError(f"it is no JSON: {error}")) from None
            if not isinstance(value, dict):
                raise BadRow(number, ValueError("it is no JSON object"))
            yield number, value


def _json_rows(path: Path, columns: Sequence[str]) -> Iterator[NumberedRow]:
    known = set(columns)
    for number, value in _json_objects(path):
        if not known.issuperset(value):
            extra = next(key for key in value if key not in known)
            raise BadRow(number, ValueError(f'"{extra}" is no column that the first line, or `columns`, names'))
        yield number, [_flat(value.get(name)) for name in columns]


def _flat(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, list | dict) else value
