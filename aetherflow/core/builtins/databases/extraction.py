"""Writes the rows of a query to a file, in memory that does not grow with them."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from msgspec import Struct

from aetherflow.core.api import StepContext
from aetherflow.core.builtins.cancellation import refuse_cancelled
from aetherflow.core.builtins.databases.batches import BATCH_BYTES, BATCH_ROWS, batches, row_width
from aetherflow.core.builtins.databases.csv_lines import CsvForm, CsvLines
from aetherflow.core.builtins.databases.dialect import Params
from aetherflow.core.builtins.databases.file_format import FileFormat
from aetherflow.core.builtins.databases.named_rows import distinct
from aetherflow.core.builtins.databases.row_files import CsvFile, JsonLinesFile, ParquetFile, RowFile
from aetherflow.core.builtins.databases.session import Session
from aetherflow.core.builtins.output_file import OutputFile

#: A row group of Parquet; small ones make large files and slow readers.
_ROWS_IN_GROUP = 10_000
_BYTES_IN_GROUP = 8_000_000


class Target(Struct, frozen=True):
    """What the file shall be."""

    format: FileFormat
    form: CsvForm = CsvForm()
    header: bool = True


class Extracted(Struct, frozen=True):
    """What was written."""

    columns: Sequence[str]
    rows: int


class Extraction:
    """One query whose rows go to one file."""

    def __init__(self, ctx: StepContext, database: Session, file: OutputFile) -> None:
        self._ctx = ctx
        self._database = database
        self._file = file

    def run(self, sql: str, params: Params, target: Target) -> Extracted:
        """Run the query and write what it gives; raises whatever the driver raises."""
        copied = getattr(self._database.dialect, "copied", None)
        if target.format in ("csv", "tsv") and copied is not None:
            return self._copied(copied(sql, params, target.form), target)
        executed = self._database.dialect.stream(sql, params, keeps_types=target.format == "parquet")
        count = 0
        with closing(executed.rows):
            columns = distinct(executed.columns or ())
            sink, most_rows, most_bytes = self._sink(columns, target)
            with closing(sink):
                for rows in batches(executed.rows, most_rows, row_width, most_bytes):
                    sink.write(rows)
                    count += len(rows)
                    self._tell(count)
                sink.end()
        return Extracted(columns, count)

    def _copied(self, copied: Any, target: Target) -> Extracted:
        columns = distinct(copied.columns)
        if target.header:
            self._file.write(CsvLines(target.form, len(columns)).encode([columns]))
        with closing(copied.blocks()) as blocks:
            for block in blocks:
                self._file.write(block)
                self._tell(None)
        return Extracted(columns, copied.rows)

    def _sink(self, columns: Sequence[str], target: Target) -> tuple[RowFile, int, int]:
        if target.format == "jsonl":
            return JsonLinesFile(self._file, columns), BATCH_ROWS, BATCH_BYTES
        if target.format == "parquet":
            return ParquetFile(self._file, columns), _ROWS_IN_GROUP, _BYTES_IN_GROUP
        return CsvFile(self._file, columns, target.form, header=target.header), BATCH_ROWS, BATCH_BYTES

    def _tell(self, rows: int | None) -> None:
        self._database.touch()
        refuse_cancelled(self._ctx, "the query")
        if rows is not None:
            self._ctx.progress(rows, message="rows")
        else:
            self._ctx.progress(self._file.size_bytes, message="bytes")
