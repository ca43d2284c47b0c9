"""The step db_execute on a SQLite database, through its connector."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.connectors.sqlite3 import Sqlite3Connector
from aetherflow.core.builtins.steps.db_execute import DbExecute, DbExecuteInputs

COUNT_FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


class Database:
    """A database file, and db_execute on it as a step would run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connector = Sqlite3Connector(config={"path": str(path)}, options={})
        self.context: Any = SimpleNamespace(
            connectors={"db": self.connector}, is_cancelled=False, mask=lambda text: text.replace("hunter22", "***")
        )

    def run(self, sql: str, params: Any = (), **inputs: Any) -> dict[str, Any]:
        given = {"resource": "db", "sql": sql, "params": params or [], **inputs}
        return DbExecute().run(self.context, msgspec.convert(given, DbExecuteInputs))

    def failure(self, sql: str, params: Any = (), **inputs: Any) -> StepFailed:
        with pytest.raises(StepFailed) as raised:
            self.run(sql, params, **inputs)
        return raised.value

    def seen_from_outside(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "orders.db")
    database.run("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
    yield database
    database.connector.close()


def test_rows_are_mappings_by_column(database: Database) -> None:
    database.run("INSERT INTO orders (name) VALUES (?), (?)", ["a", "b"])
    assert database.run("SELECT * FROM orders") == {
        "rowcount": 2,
        "rows": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}],
        "truncated": False,
    }


def test_a_change_is_committed_and_counted(database: Database) -> None:
    assert database.run("INSERT INTO orders (name) VALUES ('a'), ('b')")["rowcount"] == 2
    assert database.run("WITH n(x) AS (SELECT 'c') INSERT INTO orders (name) SELECT x FROM n")["rowcount"] == 1
    assert database.run("UPDATE orders SET name = name || '!'") == {"rowcount": 3, "rows": [], "truncated": False}
    assert database.seen_from_outside("SELECT count(*) FROM orders") == [(3,)]


def test_returned_rows_of_a_change_are_given_and_committed(database: Database) -> None:
    found = database.run("INSERT INTO orders (name) VALUES ('a'), ('b') RETURNING id", max_rows=1)
    assert found == {"rowcount": 2, "rows": [{"id": 1}], "truncated": True}
    assert database.seen_from_outside("SELECT count(*) FROM orders") == [(2,)]


def test_parameters_are_bound_and_never_formatted(database: Database) -> None:
    name = "x'); DROP TABLE orders; --"
    database.run("INSERT INTO orders (name) VALUES (:name)", {"name": name})
    assert database.run("SELECT name FROM orders WHERE name = ?", [name])["rows"] == [{"name": name}]


def test_every_value_is_json_able(database: Database) -> None:
    found = database.run("SELECT x'00ff' AS blob, 9e999 AS inf, 1.5 AS real, NULL AS none, ? AS truth", [True])
    assert found["rows"] == [{"blob": "AP8=", "inf": "Infinity", "real": 1.5, "none": None, "truth": 1}]


def test_an_error_rolls_the_statement_back_and_names_the_resource(database: Database) -> None:
    failure = database.failure("INSERT INTO orders (name) VALUES ('a'), ('a')")
    assert failure.message == 'resource "db": UNIQUE constraint failed: orders.name'
    assert database.seen_from_outside("SELECT count(*) FROM orders") == [(0,)]
    assert database.run("INSERT INTO orders (name) VALUES ('a')")["rowcount"] == 1


def test_an_error_shows_no_secret(database: Database) -> None:
    assert database.failure("SELECT * FROM hunter22").message == 'resource "db": no such table: ***'


def test_several_statements_are_refused(database: Database) -> None:
    failure = database.failure("DELETE FROM orders; DROP TABLE orders")
    assert failure.hint == "a step runs one statement: write a step for each"
    assert database.seen_from_outside("SELECT count(*) FROM orders") == [(0,)]


@pytest.mark.parametrize(
    ("sql", "params", "message"),
    [
        ("SELECT ?", [], "Incorrect number of bindings supplied"),
        ("SELECT :a", {"b": 1}, "did not supply a value for binding"),
        ("SELECT ?", [2**63], "too large"),
    ],
)
def test_parameters_that_do_not_fit_fail_the_step(database: Database, sql: str, params: Any, message: str) -> None:
    assert message in database.failure(sql, params).message


@pytest.mark.parametrize(
    "inputs", [{"params": [[1]]}, {"params": {"a": {}}}, {"params": "x"}, {"max_rows": -1}, {"sql": ""}, {"query": ""}]
)
def test_inputs_that_cannot_work_are_refused_by_their_type(inputs: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"resource": "db", "sql": "SELECT 1", **inputs}, DbExecuteInputs)


def test_two_columns_of_one_name_are_refused(database: Database) -> None:
    assert database.failure("SELECT 1 AS a, 2 AS a").message == 'resource "db": two columns are named "a"'


def test_a_blank_statement_is_refused(database: Database) -> None:
    assert database.failure(" \n").message == "sql is empty"


def test_an_unknown_resource_fails_the_step(database: Database) -> None:
    assert "nope" in database.failure("SELECT 1", resource="nope").message


def test_a_cancelled_step_ends_its_statement(database: Database) -> None:
    database.context.is_cancelled = True
    failure = database.failure(COUNT_FOREVER)
    assert failure.timed_out
    assert failure.message == 'resource "db": the statement was ended: the step was out of time'


def test_an_interrupt_ends_the_statement_and_is_passed_on(database: Database) -> None:
    class Context(SimpleNamespace):
        @property
        def is_cancelled(self) -> bool:
            raise KeyboardInterrupt

    database.context = Context(connectors={"db": database.connector}, mask=str)
    with pytest.raises(KeyboardInterrupt):
        database.run(COUNT_FOREVER)


def test_any_connector_with_a_pep_249_connection_serves(database: Database) -> None:
    plain = sqlite3.connect(database.path)
    database.context.connectors["plain"] = SimpleNamespace(connect=lambda: plain)
    try:
        assert database.run("SELECT 1 AS a", resource="plain")["rows"] == [{"a": 1}]
    finally:
        plain.close()


def test_a_read_only_database_is_read_but_not_written(database: Database) -> None:
    connector = Sqlite3Connector(config={"path": str(database.path)}, options={"readonly": True})
    database.context.connectors["db"] = connector
    assert database.run("SELECT count(*) AS n FROM orders")["rows"] == [{"n": 0}]
    assert database.failure("DELETE FROM orders").message == 'resource "db": attempt to write a readonly database'
    connector.close()


def test_a_database_that_cannot_be_opened_is_named(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "absent" / "x.db"
    database.context.connectors["db"] = Sqlite3Connector(config={"path": str(path)}, options={})
    assert database.failure("SELECT 1").message == f'resource "db": unable to open database file: "{path}"'


def test_the_connection_is_opened_on_first_use_and_can_be_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    connector = Sqlite3Connector(config={"path": str(path)}, options={"timeout_seconds": 0.1})
    connector.close()
    assert not path.exists()
    first = connector.connect()
    assert connector.connect() is first
    connector.close()
    assert connector.connect() is not first
    connector.close()


def test_a_connector_without_a_path_cannot_be_built() -> None:
    with pytest.raises(ValueError, match='config needs "path"'):
        Sqlite3Connector(config={}, options={})
