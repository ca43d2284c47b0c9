"""A query whose rows PostgreSQL writes as CSV by itself: COPY … TO STDOUT, in blocks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from aetherflow.core.builtins.databases.csv_lines import CsvForm

if TYPE_CHECKING:  # an extra
    import psycopg

#: How many rows are joined to one block; PostgreSQL sends each in a message of its own.
_ROWS_IN_BLOCK, _BYTES_IN_BLOCK = 2000, 1 << 20
_BINARY_OID, _BOOLEAN_OID = 17, 16


class CopiedQuery:
    """The query, ready to run; `blocks` runs it, and `rows` is known after the last."""

    def __init__(
        self,
        connection: "psycopg.Connection[Any]",
        sql: str,
        columns: tuple[str, ...],
        expressions: str | None,
        form: CsvForm,
    ) -> None:
        self.columns = columns
        self.rows = 0
        self._connection = connection
        self._statement = _copy_statement(sql, expressions, form, columns)

    def blocks(self) -> Iterator[bytes]:
        """Give the lines, without a header, in blocks that end where a line ends."""
        with self._connection.cursor() as cursor, cursor.copy(self._statement.encode()) as copy:
            # psycopg's own loop costs twice as much: libpq is asked for what has arrived, psycopg where there is
            # nothing.
            arrived = self._connection.pgconn.get_copy_data
            parts: list[Any] = []
            size = 0
            while True:
                length, data = arrived(1)
                if length > 0:
                    parts.append(data)
                    size += length
                    if len(parts) < _ROWS_IN_BLOCK and size < _BYTES_IN_BLOCK:
                        continue
                if parts:
                    yield b"".join(parts)
                    parts.clear()
                    size = 0
                if length < 0:
                    break
                if length == 0:
                    if not (waited_for := copy.read()):
                        self.rows = cursor.rowcount
                        return
                    parts.append(waited_for)
            self.rows = self._rows_sent()

    def _rows_sent(self) -> int:
        """Read how the COPY ended, which the server says right after its data."""
        import psycopg  # deferred: an extra

        rows = 0
        while (result := self._connection.pgconn.get_result()) is not None:
            if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(result)
            rows = result.command_tuples or 0
        return rows


def exporting_columns(columns: Sequence[tuple[str, int]]) -> str | None:
    """Give the list of what to select so that bytes and booleans are written our way; None where nothing differs."""
    if not any(oid in (_BINARY_OID, _BOOLEAN_OID) for _, oid in columns):
        return None
    return ", ".join(_exported(name, oid) for name, oid in columns)


def _exported(name: str, oid: int) -> str:
    if oid == _BOOLEAN_OID:
        return f"aetherflow.{name}::text"
    if oid == _BINARY_OID:
        return f"translate(encode(aetherflow.{name}, 'base64'), E'\\n', '')"
    return f"aetherflow.{name}"


def _copy_statement(sql: str, expressions: str | None, form: CsvForm, columns: Sequence[str]) -> str:
    query = sql if expressions is None else f"SELECT {expressions} FROM (\n{sql}\n) AS aetherflow"
    options = ["FORMAT csv", f"DELIMITER {literal(form.delimiter)}", f"NULL {literal(form.null)}", "ENCODING 'UTF8'"]
    if form.quote_all:
        options.append("FORCE_QUOTE *")
    return f"COPY (\n{query}\n) TO STDOUT WITH ({', '.join(options)})"


def literal(text: str) -> str:
    """Quote a text as PostgreSQL reads it."""
    return "'" + text.replace("'", "''") + "'"
