"""SQLite, by Python's own module."""

import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aetherflow.core.api import StepContext
from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.dialect import Column, Dialect, Executed, Params, Rows
from aetherflow.core.builtins.databases.text_values import text_of
from aetherflow.core.builtins.databases.watch import StatementWatch
from aetherflow.core.builtins.resource_use import Trouble

#: SQLite asks between so many of its instructions, well under a millisecond, whether the step was cancelled.
_INSTRUCTIONS_PER_LOOK = 10_000
#: SQLite hears nothing while it waits for a lock.
_LOCK_SLICE_MS = 100
_LOCKED = "database is locked"


class SqliteDialect(Dialect):
    """One connection of sqlite3."""

    driver: sqlite3.Connection
    _is_reading = False
    _shall_end: Callable[[], int] = staticmethod(lambda: 0)

    def stream(self, sql: str, params: Params, *, keeps_types: bool = False) -> Executed:
        """Run a query that can change nothing."""
        self.driver.execute("PRAGMA query_only = ON")
        self._is_reading = True
        return super().stream(sql, params, keeps_types=keeps_types)

    def run(self, cursor: Any, sql: str, params: Params) -> None:
        """Execute; a lock is waited for a little at a time, so that a step can end, and signals are heard."""
        if self.driver.in_transaction:  # it has the lock, and what was done before could not be done again
            super().run(cursor, sql, params)
            return
        (limit_ms,) = self.driver.execute("PRAGMA busy_timeout").fetchone()
        deadline = time.monotonic() + limit_ms / 1000
        self.driver.execute(f"PRAGMA busy_timeout = {min(limit_ms, _LOCK_SLICE_MS)}")
        try:
            while not self._has_run(cursor, sql, params, deadline):
                self.driver.rollback()
        finally:
            self.driver.execute(f"PRAGMA busy_timeout = {limit_ms}")

    def _has_run(self, cursor: Any, sql: str, params: Params, deadline: float) -> bool:
        try:
            super().run(cursor, sql, params)
        except sqlite3.OperationalError as error:
            if _LOCKED in str(error) and time.monotonic() < deadline and not self._shall_end():
                return False
            raise
        return True

    def _executed(self, cursor: Any, sql: str, params: Params) -> Executed:
        changes_before = self.driver.total_changes
        executed = super()._executed(cursor, sql, params)
        if executed.columns is None and executed.changed < 0:  # sqlite3 counts no rows of a WITH … INSERT
            return Executed(None, Rows(), self.driver.total_changes - changes_before)
        return executed

    @contextmanager
    def watched(self, ctx: StepContext, answer_seconds: float | None) -> Iterator[StatementWatch]:
        """Look from inside SQLite, on the step's own thread: so a signal can end a statement, too."""
        watch = StatementWatch()

        def look() -> int:
            try:
                watch.is_cancelled = ctx.is_cancelled
            except BaseException as interruption:  # noqa: BLE001  # SQLite would lose it: raised once it has let go
                watch.interruption = interruption
            return int(watch.is_cancelled or watch.interruption is not None)

        self._shall_end = look
        self.driver.set_progress_handler(look, _INSTRUCTIONS_PER_LOOK)
        try:
            yield watch
        finally:
            self.driver.set_progress_handler(None, 0)
            if self._is_reading:
                self.driver.execute("PRAGMA query_only = OFF")

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert a batch; what SQLite has no type for goes there as text."""
        if not self.driver.in_transaction:
            self.run(self.driver.cursor(), "BEGIN IMMEDIATE", ())
        super().insert(table, columns, [[_bindable(value) for value in row] for row in rows])

    def columns_of(self, table: str) -> list[Column]:
        """Give the columns as they are declared; SQLite describes no types."""
        found = super().columns_of(table)
        schema, _, name = table.rpartition(".")
        place = f"{self.quoted(schema)}." if schema else ""
        declared = {
            row[1]: str(row[2]).upper() for row in self.driver.execute(f"PRAGMA {place}table_info({self.quoted(name)})")
        }
        return [_column(each.name, declared.get(each.name)) for each in found]


def _column(name: str, kind: str | None) -> Column:
    return Column(name, kind == "BLOB", kind in ("BOOLEAN", "BOOL"))


def _bindable(value: Any) -> Any:
    if isinstance(value, float):
        return text_of(value) if math.isnan(value) else value  # sqlite3 would make NULL of it
    return value if value is None or isinstance(value, str | int | bytes) else text_of(value)


def explain(error: Exception) -> Trouble | None:
    """Say what to do where another process has the database."""
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Trouble(str(error), "another process writes to it: raise `timeout_seconds` in the resource's options")
    if "one statement at a time" in str(error):
        return Trouble(str(error), "a step runs one statement: write a step for each")
    return None
