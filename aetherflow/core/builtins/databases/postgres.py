"""PostgreSQL, spoken to through psycopg 3."""

import logging
import os
import re
import select
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.builtins.databases.bad_row import BadRow
from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.copied_file import file_blocks
from aetherflow.core.builtins.databases.copied_query import CopiedQuery, exporting_columns, literal
from aetherflow.core.builtins.databases.csv_lines import CsvForm
from aetherflow.core.builtins.databases.dialect import Column, Dialect, Executed, Params, Rows, rows_of
from aetherflow.core.builtins.databases.postgres_values import load_as_text, unbounded_decimals, with_text_at
from aetherflow.core.builtins.databases.row_source import RowSource
from aetherflow.core.builtins.resource_use import Trouble

if TYPE_CHECKING:  # an extra
    import psycopg

_CANCEL_SECONDS = 3.0
#: A query is read in a transaction that can change nothing and sees one state of the database; dates are written as
#: ISO.
_READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_ISO_DATES = "SELECT set_config('DateStyle', 'ISO', true)"
_BINARY_OID = 17
_COPY_LINE = re.compile(r"^COPY .*?, line (\d+)", re.MULTILINE)


#: psycopg logs what it meets while a connection is let go of that has broken off, which is told by then.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class PostgresDialect(Dialect):
    """One connection of psycopg."""

    clears_with: ClassVar[str] = "TRUNCATE TABLE"

    driver: "psycopg.Connection[Any]"

    def execute(self, sql: str, params: Params) -> Executed:
        """Run one statement; prepared, so that the server refuses several."""
        cursor = self.driver.cursor()
        cursor.execute(_ISO_DATES)
        load_as_text(cursor)
        cursor.execute(sql.encode(), params or None, prepare=True)
        if cursor.description is None:
            return Executed(None, Rows(), cursor.rowcount)
        return Executed(tuple(each[0] for each in cursor.description), rows_of(cursor))

    def stream(self, sql: str, params: Params, *, keeps_types: bool = False) -> Executed:
        """Run a query by a cursor of the server, which keeps the rows until they are fetched."""
        self._begin_reading()
        cursor = self.driver.cursor("aetherflow")
        load_as_text(cursor, keeps_types=keeps_types)
        try:
            cursor.execute(sql.encode(), params or None)
        except BaseException:
            cursor.close()
            raise
        description = cursor.description or ()
        places = unbounded_decimals(description) if keeps_types else ()
        rows = Rows(lambda count: _fetched(cursor, count, places), cursor.close) if places else rows_of(cursor)
        return Executed(tuple(each[0] for each in description), rows)

    def copied(self, sql: str, params: Params, form: CsvForm) -> CopiedQuery:
        """Run a query whose rows the server itself writes as CSV."""
        import psycopg  # deferred: an extra

        self._begin_reading()
        with self.driver.cursor("aetherflow") as asked:
            asked.execute(sql.encode(), params or None)  # plans it, and refuses several statements; runs nothing
            columns = [(each.name, each.type_code) for each in asked.description or ()]
        text = psycopg.ClientCursor(self.driver).mogrify(sql.encode(), params) if params else sql
        names = [name for name, _ in columns]
        expressions = exporting_columns([(self.quoted(name), oid) for name, oid in columns])
        return CopiedQuery(self.driver, text, tuple(names), expressions, form)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert a batch by COPY; raises BadRow where the server says which row it does not take."""
        names = ", ".join(map(self.quoted, columns))
        statement = f"COPY {self.table_name(table)} ({names}) FROM STDIN"
        with self.driver.cursor() as cursor, self._bad_rows(), cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def copy_file(self, table: str, source: RowSource, touch: Callable[[], None]) -> int:
        """Send a CSV file as it is; gives how many rows it held."""
        names = ", ".join(map(self.quoted, source.columns))
        options = ["FORMAT csv", f"HEADER {'true' if source.header else 'false'}", "ENCODING 'UTF8'"]
        options += [f"DELIMITER {literal(source.form.delimiter)}", f"NULL {literal(source.form.null)}"]
        statement = f"COPY {self.table_name(table)} ({names}) FROM STDIN WITH ({', '.join(options)})"
        with self.driver.cursor() as cursor:
            with self._bad_rows(), cursor.copy(statement.encode()) as copy:
                for block in file_blocks(source.path):
                    copy.write(block)
                    touch()
            return cursor.rowcount

    def give_up(self, *, is_usable: bool = True) -> None:
        """Roll back; close a connection in the middle of a statement, which the server rolls back then."""
        with suppress(Exception):  # foreign code; what made us give up matters more
            if is_usable:
                self.driver.rollback()
                return
        with suppress(Exception):
            self.driver.close()

    def is_alive(self) -> bool:
        """Tell whether the server has not closed the connection since it was used."""
        if self.driver.closed:
            return False
        try:
            if select.select([self.driver.fileno()], [], [], 0)[0]:  # it says something, or has closed
                self.driver.pgconn.consume_input()
            return bool(self.driver.pgconn.status == self._pq.ConnStatus.OK)
        except (self._errors.Error, OSError, ValueError):
            return False

    def cancel(self) -> None:
        """Ask the server, on a connection of its own, to give up the statement."""
        self.driver.cancel_safe(timeout=_CANCEL_SECONDS)

    def cut(self) -> None:
        """Shut the socket: libpq finds its connection closed."""
        with socket.socket(fileno=os.dup(self.driver.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)

    def column(self, described: Sequence[Any]) -> Column:
        """Read a column's description, whose type is an OID."""
        return Column(described[0], described[1] == _BINARY_OID)

    def _begin_reading(self) -> None:
        with self.driver.cursor() as cursor:
            cursor.execute(_READING)
            cursor.execute(_ISO_DATES)

    @contextmanager
    def _bad_rows(self) -> Iterator[None]:
        """Raise BadRow for what names a line of the data that were sent."""
        try:
            yield
        except self._errors.Error as error:
            found = _COPY_LINE.search(error.diag.context or "")
            raise (BadRow(int(found[1]), error) if found else error) from None

    @property
    def _errors(self) -> Any:
        import psycopg  # deferred: an extra

        return psycopg.errors

    @property
    def _pq(self) -> Any:
        import psycopg.pq  # deferred: an extra

        return psycopg.pq


def _fetched(cursor: Any, count: int, places: Sequence[int]) -> list[Row]:
    return [with_text_at(places, row) for row in cursor.fetchmany(count)]


def explain(error: Exception) -> Trouble | None:
    """Give what the server says without where in the statement it says it; hints it has are its own."""
    from psycopg import errors  # deferred: an extra

    if isinstance(error, errors.ConnectionTimeout):
        return Trouble(
            "the server did not answer the connection in time",
            "look whether the server is well, or raise `connect_timeout_seconds` in the resource's options",
        )
    if isinstance(error, errors.QueryCanceled) and "statement timeout" in str(error):
        return Trouble(
            "the statement took longer than `statement_timeout_seconds` allows", "raise it in the resource's options"
        )
    if isinstance(error, errors.Error) and error.diag.message_primary:
        said = [error.diag.message_primary, error.diag.message_detail]
        return Trouble(": ".join(part for part in said if part), error.diag.message_hint)
    return _connection_trouble(error) if isinstance(error, errors.OperationalError) else None


def _connection_trouble(error: Exception) -> Trouble | None:
    """Give the words for a connection that cannot be made, or broke: libpq has text only."""
    said = str(error)
    for sign, message, hint in _CONNECTION_WORDS:
        if sign in said:
            return Trouble(message, hint)
    return None


_CONNECTION_WORDS = (
    ("Connection refused", "the connection was refused", "look whether the server runs, and at host and port"),
    ("password authentication failed", "the server does not take the user and password", "correct them in its config"),
    ("no password supplied", "the server wants a password", "write `password` into its config"),
    ("could not translate host name", "its host is not known", "look at the host, and at the network's DNS"),
    ("failed to resolve host", "its host is not known", "look at the host, and at the network's DNS"),
    ("does not support SSL", "the server has no TLS", "look at `sslmode` in its options"),
    ("certificate verify failed", "the server's certificate is refused", "name its authority in `sslrootcert`"),
    (
        "server closed the connection",
        "the connection broke off",
        "look whether the server is well; `retry` tries again",
    ),
    ("connection is lost", "the connection broke off", "look whether the server is well; `retry` tries again"),
    ("consuming input failed", "the connection broke off", "look whether the server is well; `retry` tries again"),
)
