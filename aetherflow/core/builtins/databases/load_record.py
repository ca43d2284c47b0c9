"""Remembers, in the database itself and in the transaction of the load, which step of which run has loaded what.

A process that is killed after the commit leaves no record of its own that the step is done; this one tells the next.
"""

import hashlib
from datetime import UTC, datetime

from msgspec import Struct

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.databases.dialect import Dialect
from aetherflow.core.builtins.databases.session import session

_COLUMNS = (
    "load_id",
    "flow_id",
    "run_id",
    "job_id",
    "item",
    "step_id",
    "table_name",
    "row_count",
    "sha256",
    "loaded_at",
)


class LoadRecord(Struct, frozen=True):
    """The record of one load of one step; ``table`` holds the records."""

    table: str
    load_id: str
    values: tuple[str, ...]

    def ensure_table(self, ctx: StepContext, resource: str) -> None:
        """Make the table of records where it does not exist, in a transaction of its own."""
        with session(ctx, resource):
            pass  # a server that cannot be used at all is told of as it is
        if self._is_there(ctx, resource):
            return
        try:
            with session(ctx, resource) as database:
                database.dialect.execute(self._definition(database.dialect), ())
        except StepFailed as failed:
            if failed.timed_out:
                raise
            if not self._is_there(ctx, resource):  # else another run made it at the same time
                raise StepFailed(
                    f"{failed.message}: the table of loads cannot be made",
                    hint="allow it, or set `record_table: null`, and `effects: once` on the step",
                ) from None

    def _is_there(self, ctx: StepContext, resource: str) -> bool:
        try:
            with session(ctx, resource) as database:
                database.dialect.columns_of(self.table)
        except StepFailed as failed:  # it is not there, or cannot be read: then making it says why
            if failed.timed_out:
                raise
            return False
        return True

    def loaded(self, dialect: Dialect) -> tuple[int, str] | None:
        """Give how many rows this step has loaded already, and of which file (its SHA-256); None: nothing yet."""
        query = f"SELECT row_count, sha256 FROM {dialect.table_name(self.table)} WHERE load_id = '{self.load_id}'"
        executed = dialect.execute(query, ())
        try:
            found = next(iter(executed.rows), None)
        finally:
            executed.rows.close()
        return (int(found[0]), str(found[1])) if found else None

    def write(self, dialect: Dialect, rows: int, sha256: str) -> None:
        """Add the record; the database refuses a second one."""
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        dialect.insert(self.table, _COLUMNS, [(self.load_id, *self.values, rows, sha256, moment)])

    def _definition(self, dialect: Dialect) -> str:
        columns = [f"{dialect.quoted(name)} VARCHAR(255)" for name in _COLUMNS]
        columns[0] = f"{dialect.quoted('load_id')} VARCHAR(64) NOT NULL PRIMARY KEY"
        columns[_COLUMNS.index("row_count")] = f"{dialect.quoted('row_count')} BIGINT"
        return f"CREATE TABLE {dialect.table_name(self.table)} ({', '.join(columns)})"


def load_record(ctx: StepContext, record_table: str, table: str) -> LoadRecord:
    """Name the load that this step of this run and item makes: the same in every attempt and every resume."""
    item = ctx.job_dir.name if ctx.job_dir.name != ctx.run_id else ""
    values = (ctx.flow_id, ctx.run_id, ctx.job_id, item, ctx.step_id, table)
    return LoadRecord(record_table, hashlib.sha256("\0".join(values).encode()).hexdigest(), values)
