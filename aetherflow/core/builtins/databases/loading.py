"""Loads the rows of a file into a table, all of them or none."""

from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.cancellation import refuse_cancelled
from aetherflow.core.builtins.databases.bad_row import BadRow
from aetherflow.core.builtins.databases.batches import BATCH_ROWS, Row, batches, row_width
from aetherflow.core.builtins.databases.choice import explain
from aetherflow.core.builtins.databases.dialect import Column
from aetherflow.core.builtins.databases.row_source import NumberedRow, RowSource
from aetherflow.core.builtins.databases.session import Session
from aetherflow.core.builtins.resource_use import Trouble, trouble_of

Convert = Callable[[Any], Any]


class Loading:
    """One file that goes to one table, within the transaction of a session."""

    def __init__(self, ctx: StepContext, database: Session, source: RowSource, table: str, *, is_cleared: bool) -> None:
        self._ctx = ctx
        self._database = database
        self._dialect = database.dialect
        self._source = source
        self._table = table
        self._is_cleared = is_cleared

    def run(self) -> int:
        """Load, and give how many rows; raises StepFailed that names the row which the database does not take."""
        columns = self._target_columns()
        self._clear()
        try:
            copy_file = getattr(self._dialect, "copy_file", None)
            if copy_file and self._source.format in ("csv", "tsv") and not any(each.is_binary for each in columns):
                return int(copy_file(self._table, self._source, self._database.touch))
            return self._insert_all([_converter(each, self._source) for each in columns])
        except BadRow as bad:
            raise self._refusal(bad) from None

    def _target_columns(self) -> list[Column]:
        known = {column.name: column for column in self._dialect.columns_of(self._table)}
        for name in self._source.columns:
            if name not in known:
                raise StepFailed(
                    f'the table "{self._table}" has no column "{name}", which {self._source.path.name} has',
                    hint=f"its columns are: {', '.join(known)}",
                )
        return [known[name] for name in self._source.columns]

    def _clear(self) -> None:
        if self._is_cleared:
            self._dialect.clear(self._table)

    def _insert_all(self, converters: Sequence[Convert | None]) -> int:
        count = 0
        for batch in self._batches(converters):
            try:
                self._dialect.insert(self._table, self._source.columns, [row for _, row in batch])
            except Exception as error:  # foreign code: whatever the driver raises
                raise self._bad_row(batch, error) from error
            count += len(batch)
            self._database.touch()
            refuse_cancelled(self._ctx, "the load")
            self._ctx.progress(count, message="rows")
        return count

    def _batches(self, converters: Sequence[Convert | None]) -> Iterator[list[NumberedRow]]:
        is_plain = not any(converters)
        for batch in batches(self._source.rows(), BATCH_ROWS, lambda numbered: row_width(numbered[1])):
            yield batch if is_plain else [(number, _converted(number, row, converters)) for number, row in batch]

    def _bad_row(self, batch: Sequence[NumberedRow], error: Exception) -> Exception:
        """Find the row of a batch that is refused, by inserting one after the other into what will be rolled back."""
        if isinstance(error, BadRow):  # the database said which
            return BadRow(batch[error.number - 1][0], error.error)
        if not self._dialect.is_alive() or self._ctx.is_cancelled:
            return error
        self._dialect.give_up()
        if not self._dialect.is_alive():  # the server said why, and hung up
            return self._one_of(batch, error)
        self._dialect.begin()
        self._clear()
        for number, row in batch:
            self._database.touch()
            try:
                self._dialect.insert(self._table, self._source.columns, [row])
            except Exception as refused:  # noqa: BLE001  # foreign code, as above
                return BadRow(number, refused)
        return self._one_of(batch, error)

    def _one_of(self, batch: Sequence[NumberedRow], error: Exception) -> StepFailed:
        first, last = self._source.place(batch[0][0]), batch[-1][0]
        said = _words(error)
        return StepFailed(f"{first} to {last}: {said.message}", hint=said.hint)

    def _refusal(self, bad: BadRow) -> StepFailed:
        said = _words(bad.error)
        return StepFailed(f"{self._source.place(bad.number)}: {said.message}", hint=said.hint)


def refused(source: RowSource | str, bad: BadRow) -> StepFailed:
    """Give the failure of a file with a row that cannot be read."""
    place = f"{source}:{bad.number}" if isinstance(source, str) else source.place(bad.number)
    return StepFailed(f"{place}: {bad.error}")


def _words(error: Exception) -> Trouble:
    return explain(error) or trouble_of(error)


def _converter(column: Column, source: RowSource) -> Convert | None:
    if column.is_binary and source.is_text:
        return lambda value: b64decode(value, validate=True) if isinstance(value, str) else value
    if column.is_digit_boolean and source.format in ("csv", "tsv"):
        return lambda value: {"true": 1, "false": 0}.get(value, value)
    return None


def _converted(number: int, row: Row, converters: Sequence[Convert | None]) -> Row:
    try:
        return [each if make is None else make(each) for each, make in zip(row, converters, strict=True)]
    except ValueError as error:
        raise BadRow(number, ValueError(f"bytes are written as base64: {str(error).lower()}")) from None
