"""DuckDB, by its own module."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.databases.aside import done_aside
from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.dialect import Column, Dialect, Executed, Params, Rows
from aetherflow.core.builtins.databases.text_values import text_of
from aetherflow.core.builtins.resource_use import Trouble, plain_words

if TYPE_CHECKING:  # an extra
    import duckdb


class DuckdbDialect(Dialect):
    """One connection of duckdb; its cursors have transactions of their own, so none is used."""

    driver: "duckdb.DuckDBPyConnection"

    def begin(self) -> None:
        """Begin a transaction: without one, each statement is committed at once."""
        self.driver.begin()

    def commit(self) -> None:
        """Commit."""
        self.driver.commit()

    def give_up(self, *, is_usable: bool = True) -> None:
        """Roll back, where a transaction was begun."""
        with suppress(Exception):  # foreign code, which also refuses where there is no transaction
            self.driver.rollback()

    def execute(self, sql: str, params: Params) -> Executed:
        """Run one statement."""
        import duckdb  # deferred: an extra

        statements = self.driver.extract_statements(sql)
        if len(statements) != 1:
            raise StepFailed(
                "sql holds no statement" if not statements else "sql holds several statements",
                hint="a step runs one statement: write a step for each",
            )
        self._aside(lambda: self.driver.execute(sql, params or None))
        names = tuple(str(each[0]) for each in self.driver.description or ())
        if statements[0].type == duckdb.StatementType.SELECT or names not in (("Count",), ()):
            return Executed(names, Rows(lambda count: self._aside(lambda: self.driver.fetchmany(count))))
        rows = self.driver.fetchall()
        return Executed(None, Rows(), rows[0][0] if rows else -1)

    def stream(self, sql: str, params: Params, *, keeps_types: bool = False) -> Executed:
        """Run a query in a transaction that can change nothing."""
        self.driver.rollback()
        self.driver.execute("BEGIN TRANSACTION READ ONLY")
        return self.execute(sql, params)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert a batch as an Arrow table: row by row DuckDB takes a millisecond for each."""
        names = ", ".join(map(self.quoted, columns))
        statement = f"INSERT INTO {self.table_name(table)} ({names}) SELECT * FROM aetherflow_batch"
        batch = _arrow_table(columns, rows)
        self._aside(lambda: _executed_with(self.driver, statement, batch))

    def columns_of(self, table: str) -> list[Column]:
        """Give the columns of a table."""
        self.driver.execute(f"SELECT * FROM {self.table_name(table)} WHERE 1 = 0")
        described = [(str(each[0]), str(each[1])) for each in self.driver.description or ()]
        return [Column(name, kind == "BLOB") for name, kind in described]

    def cancel(self) -> None:
        """Interrupt the statement."""
        self.driver.interrupt()

    def _aside(self, act: Callable[[], Any]) -> Any:
        """Do what may take long while signals are heard: DuckDB looks for none."""
        return done_aside(act, self.driver.interrupt)


def _executed_with(driver: "duckdb.DuckDBPyConnection", statement: str, aetherflow_batch: Any) -> None:
    """Execute what names the batch, which DuckDB finds in this very frame; one that is registered it keeps for good."""
    driver.execute(statement)


def explain(error: Exception) -> Trouble | None:
    """Give DuckDB's first line: below it stands the statement."""
    return Trouble(plain_words(Exception(str(error).split("\n\n")[0].split("\nLINE ")[0])))


def _arrow_table(columns: Sequence[str], rows: Sequence[Row]) -> Any:
    import pyarrow  # deferred: an extra

    arrays = [_array(pyarrow, values) for values in zip(*rows, strict=True)]
    return pyarrow.Table.from_arrays(arrays, names=list(columns))


def _array(arrow: Any, values: Sequence[Any]) -> Any:
    kinds = {type(value) for value in values} - {type(None)}
    if len(kinds) <= 1 and Decimal not in kinds:  # else Arrow gives all of them the digits of the longest
        with suppress(arrow.ArrowInvalid, arrow.ArrowTypeError, OverflowError):
            return arrow.array(values)
    return arrow.array([None if value is None else _text(value) for value in values])


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else text_of(value)
