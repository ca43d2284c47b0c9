"""What databases do each in their own way; here as any driver of PEP 249 does it."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, ClassVar

from msgspec import Struct

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.databases.batches import Row, rows_to_ask_for
from aetherflow.core.builtins.databases.watch import StatementWatch, watched

Params = Sequence[Any] | Mapping[str, Any]


class Rows:
    """The rows of a statement, fetched as they are wanted; `close` lets go of them, read to their end or not."""

    def __init__(
        self, fetch: Callable[[int], Sequence[Row]] = lambda _count: (), close: Callable[[], None] = lambda: None
    ) -> None:
        self._fetch = fetch
        self._close = close

    def __iter__(self) -> Iterator[Row]:
        count = 1  # nobody knows yet how wide they are
        while rows := self._fetch(count):
            yield from rows
            count = rows_to_ask_for(rows)

    def close(self) -> None:
        """Close the cursor, whatever state its connection is in."""
        with suppress(Exception):  # foreign code, on a connection that may be broken; that was told before
            self._close()


class Executed(Struct, frozen=True):
    """A statement that ran: its columns and rows where it gives some, else how many rows it changed."""

    columns: tuple[str, ...] | None
    rows: Rows
    changed: int = 0


def rows_of(cursor: Any) -> Rows:
    """Give the rows of a cursor, which is closed with them."""
    return Rows(cursor.fetchmany, cursor.close)


class Column(Struct, frozen=True):
    """A column of a table that is loaded: whether its values are bytes, or true and false that are written 1 and 0."""

    name: str
    is_binary: bool = False
    is_digit_boolean: bool = False


class Dialect:
    """One connection, and how its database wants to be spoken to. Sub-classes know one driver each."""

    quote: ClassVar[str] = '"'
    #: Whether a table can be emptied in a transaction by TRUNCATE.
    clears_with: ClassVar[str] = "DELETE FROM"

    def __init__(self, connection: Any, driver: Any) -> None:
        self.connection = connection
        self.driver = driver  # the driver's own connection, where `connection` wraps it

    def execute(self, sql: str, params: Params) -> Executed:
        """Run one statement of any kind."""
        return self._executed(self.connection.cursor(), sql, params)

    def stream(self, sql: str, params: Params, *, keeps_types: bool = False) -> Executed:
        """Run a query whose rows are fetched as they are wanted, and change nothing.

        With ``keeps_types`` what has a type in Python is of that type, even where a dialect reads text faster.
        """
        return self.execute(sql, params)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert a batch of rows."""
        cursor = self.connection.cursor()
        try:
            cursor.executemany(self.insert_statement(table, columns), rows)
        finally:
            cursor.close()

    def begin(self) -> None:
        """Begin a transaction, where the driver does not do so by itself."""

    def commit(self) -> None:
        """Make lasting what was done."""
        self.connection.commit()

    def give_up(self, *, is_usable: bool = True) -> None:
        """Take back what was done; close a connection that is not usable afterwards."""
        with suppress(Exception):  # foreign code; what made us give up matters more
            self.connection.rollback()

    def is_alive(self) -> bool:
        """Tell whether the connection can be used, without asking the server."""
        return True

    def cancel(self) -> None:
        """Ask the server to give up the running statement; called on another thread."""

    def cut(self) -> None:
        """Close the socket under a statement that does not end; called on another thread."""

    def watched(self, ctx: StepContext, answer_seconds: float | None) -> AbstractContextManager[StatementWatch]:
        """Watch over the statements of a block."""
        return watched(ctx, answer_seconds, self.cancel, self.cut)

    def quoted(self, name: str) -> str:
        """Quote a name, so that it means exactly itself."""
        if not name or "\0" in name:
            raise StepFailed(f"{name!r} is no name in a database")
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def table_name(self, table: str) -> str:
        """Quote the name of a table: `schema.table` has two parts."""
        return ".".join(self.quoted(part) for part in table.split("."))

    def insert_statement(self, table: str, columns: Sequence[str]) -> str:
        """Give the INSERT for rows of these columns."""
        names = ", ".join(map(self.quoted, columns))
        places = ", ".join(self.placeholder(position) for position in range(1, len(columns) + 1))
        begin = f"INSERT INTO {self.table_name(table)} ({names})"
        if self.placeholder(1) == "%s":  # where it means something, a percent sign in a name is doubled
            begin = begin.replace("%", "%%")
        return f"{begin} VALUES ({places})"

    def placeholder(self, position: int) -> str:
        """Give the placeholder of the driver for a position from 1 on."""
        module = sys.modules.get(type(self.driver).__module__.partition(".")[0])
        style = getattr(module, "paramstyle", "qmark")
        return {"format": "%s", "pyformat": "%s", "numeric": f":{position}", "named": f":{position}"}.get(style, "?")

    def clear(self, table: str) -> None:
        """Remove all rows of a table, within the transaction."""
        self.execute(f"{self.clears_with} {self.table_name(table)}", ())

    def columns_of(self, table: str) -> list[Column]:
        """Give the columns of a table; raises what the driver raises where there is no such table."""
        cursor = self.connection.cursor()
        try:
            self.run(cursor, f"SELECT * FROM {self.table_name(table)} WHERE 1 = 0", ())
            return [self.column(each) for each in cursor.description]
        finally:
            cursor.close()

    def column(self, described: Sequence[Any]) -> Column:
        """Read a column's description."""
        return Column(str(described[0]))

    def _executed(self, cursor: Any, sql: str, params: Params) -> Executed:
        self.run(cursor, sql, params)
        if cursor.description is None:
            changed = cursor.rowcount
            cursor.close()
            return Executed(None, Rows(), changed)
        return Executed(tuple(each[0] for each in cursor.description), rows_of(cursor))

    def run(self, cursor: Any, sql: str, params: Params) -> None:
        """Execute on a cursor; without params the text is not looked at for placeholders."""
        if params:
            cursor.execute(sql, params)
        else:
            cursor.execute(sql)
