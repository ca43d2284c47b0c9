"""MySQL and MariaDB, spoken to through PyMySQL."""

import select
import socket
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.dialect import Column, Dialect, Executed, Params, Rows
from aetherflow.core.builtins.databases.text_values import text_of
from aetherflow.core.builtins.resource_use import Trouble

if TYPE_CHECKING:  # an extra
    import pymysql

#: What PyMySQL gives as bytes: these, and shapes with "multi" before their names.
_BINARY_KINDS = {
    *("tinyblob", "blob", "mediumblob", "longblob", "binary", "varbinary", "bit"),
    *("geometry", "geometrycollection", "geomcollection", "point", "linestring", "polygon"),
}
_TOO_LONG = 1153
_ACCESS_DENIED, _NO_CONNECTION, _LOST = 1045, 2003, (2006, 2013, 2014, 2055)


class MysqlDialect(Dialect):
    """One connection of PyMySQL; ``another`` opens a further one, by which a statement is ended."""

    quote: ClassVar[str] = "`"

    driver: "pymysql.Connection[Any]"
    another: Callable[[], Any] | None = None

    def stream(self, sql: str, params: Params, *, keeps_types: bool = False) -> Executed:
        """Run a query whose rows stay with the server until they are fetched."""
        from pymysql.cursors import SSCursor  # deferred: an extra

        with self.driver.cursor() as cursor:
            cursor.execute("START TRANSACTION READ ONLY")
        cursor = self.driver.cursor(SSCursor)
        self.run(cursor, sql, params)
        names = tuple(each[0] for each in cursor.description or ())
        return Executed(names, Rows(cursor.fetchmany))  # closing it would read to the end: see `give_up`

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert a batch; decimals as text, for MySQL cuts a number in a statement to 65 digits without a word."""
        super().insert(table, columns, [[_as_text(value) for value in row] for row in rows])

    def give_up(self, *, is_usable: bool = True) -> None:
        """Roll back; close a connection over which rows are still to come, for there is no other way to stop them."""
        pending = getattr(self.driver, "_result", None)
        if pending is not None and getattr(pending, "unbuffered_active", False):
            pending.unbuffered_active = False  # or PyMySQL reads them to the end when it drops them
            is_usable = False
        with suppress(Exception):  # foreign code; what made us give up matters more
            if is_usable:
                self.driver.rollback()
                return
        with suppress(Exception):
            self.driver._force_close()  # type: ignore[attr-defined]  # `close` says goodbye first, to a server that may not listen

    def is_alive(self) -> bool:
        """Tell whether the server has not closed the connection since it was used."""
        link = self._socket()
        return bool(self.driver.open) and link is not None and not select.select([link], [], [], 0)[0]

    def cancel(self) -> None:
        """Ask the server, on a connection of its own, to give up the statement."""
        if self.another is not None:
            with closing(self.another()) as other, other.cursor() as cursor:
                cursor.execute(f"KILL QUERY {int(self.driver.thread_id())}")  # type: ignore[no-untyped-call]

    def cut(self) -> None:
        """Shut the socket."""
        if (link := self._socket()) is not None:
            link.shutdown(socket.SHUT_RDWR)

    def column(self, described: Sequence[Any]) -> Column:
        """Read a column's description; whether it is binary, `columns_of` knows."""
        return Column(described[0])

    def columns_of(self, table: str) -> list[Column]:
        """Give the columns of a table; bits and shapes are bytes here, and a boolean is a number of one digit."""
        with self.driver.cursor() as cursor:
            cursor.execute(f"SHOW COLUMNS FROM {self.table_name(table)}")
            declared = [(str(row[0]), str(row[1]).lower()) for row in cursor.fetchall()]
        return [
            Column(name, kind.partition("(")[0].removeprefix("multi") in _BINARY_KINDS, kind.startswith("tinyint(1)"))
            for name, kind in declared
        ]

    def _socket(self) -> Any:
        return getattr(self.driver, "_sock", None)


def _as_text(value: Any) -> Any:
    return text_of(value) if type(value) is Decimal else value


def _lost(is_late: bool) -> Trouble:
    if is_late:
        return Trouble(
            "no answer came in time", "look whether the server is well, or raise `timeout_seconds` in its options"
        )
    return Trouble(
        "the connection broke off",
        "look whether the server is well, and takes values so long (`max_allowed_packet`); `retry` tries again",
    )


def wait_for_ever(driver: Any) -> None:
    """Take back the timeout of opening a connection: statements are watched over, and given up by the server, too."""
    driver._read_timeout = None  # PyMySQL has no other way to change it


def explain(error: Exception) -> Trouble | None:
    """Give the words for the numbers of the server and of PyMySQL."""
    import pymysql  # deferred: an extra

    if not isinstance(error, pymysql.MySQLError) or not error.args or not isinstance(error.args[0], int):
        return None
    number, said = error.args[0], str(error.args[-1])
    if number == _ACCESS_DENIED:
        return Trouble("the server does not take the user and password", "correct them in its config")
    if number in _LOST:
        return _lost("timed out" in said)
    if number == _TOO_LONG:
        return Trouble(said, "raise the server's `max_allowed_packet`: every value must fit into it")
    if "SSL is required" in said:
        return Trouble("the server has no TLS", "look at `sslmode` in its options")
    return None if number == _NO_CONNECTION else Trouble(said)
