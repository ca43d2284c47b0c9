"""The examples of the db steps and connectors run as their pages print them, against real databases."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.data_steps.examples import outputs_of, run_example
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer
from tests.support.project import Project

TWO_ORDERS = (
    "DROP TABLE IF EXISTS orders",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, name VARCHAR(200), total DECIMAL(12, 2))",
    "INSERT INTO orders VALUES (1, 'Ada', 50), (2, 'Bob', 150)",
)


@pytest.fixture
def orders_file(project: Project) -> dict[str, str]:
    """Give the variable that names a SQLite file with orders and regions in it."""
    path: Path = project.root / "orders.db"
    with closing(sqlite3.connect(path)) as database:
        for statement in TWO_ORDERS:
            database.execute(statement)
        database.execute("ALTER TABLE orders ADD COLUMN day TEXT DEFAULT '2026-01-31'")
        database.execute("CREATE TABLE regions (name TEXT)")
        database.execute("INSERT INTO regions VALUES ('north'), ('south'), ('north')")
        database.commit()
    return {"ORDERS_DATABASE": str(path)}


def test_db_execute(project: Project, orders_file: dict[str, str]) -> None:
    outcome = run_example(project, "db_execute", **orders_file)
    assert outputs_of(outcome, "count", "new_orders")["rows"] == [{"id": 1, "total": 50}, {"id": 2, "total": 150}]


def test_db_extract(project: Project, postgres: PostgresServer) -> None:
    postgres.run(*TWO_ORDERS)
    outputs = outputs_of(run_example(project, "db_extract", **postgres.env()), "export", "orders")
    assert Path(str(outputs["path"])).read_text() == "id,name,total\n2,Bob,150.00\n"


def test_db_fetch_small(project: Project, orders_file: dict[str, str]) -> None:
    outcome = run_example(project, "db_fetch_small", **orders_file)
    assert outputs_of(outcome, "regions", "list")["count"] == 2
    assert "north: 2 orders" in outcome.stderr + outcome.stdout


def test_db_load(project: Project, orders_file: dict[str, str], postgres: PostgresServer) -> None:
    postgres.run(*TWO_ORDERS[:2], "INSERT INTO orders (id) VALUES (7)")
    assert outputs_of(run_example(project, "db_load", **orders_file, **postgres.env()), "copy", "load")["rows"] == 2
    assert [row[0] for row in postgres.run("SELECT id FROM orders ORDER BY id")] == [1, 2]


def test_db_sqlite3(project: Project, orders_file: dict[str, str]) -> None:
    assert outputs_of(run_example(project, "db-sqlite3", **orders_file), "count", "all")["first"] == {"orders": 2}


def test_db_duckdb(project: Project) -> None:
    path = project.write("orders.csv", "customer,total\nAda,1.5\nBob,2\nAda,3\n")
    outputs = outputs_of(run_example(project, "db-duckdb", ORDERS_FILE=str(path)), "sum_up", "totals")
    assert outputs["rows"] == [{"customer": "Ada", "total": 4.5}, {"customer": "Bob", "total": 2.0}]


@pytest.mark.parametrize("name", ["db-postgres", "db-sqlalchemy"])
def test_db_postgres_and_sqlalchemy(project: Project, postgres: PostgresServer, name: str) -> None:
    postgres.run(*TWO_ORDERS)
    assert outputs_of(run_example(project, name, **postgres.env()), "count", "all")["first"] == {"orders": 2}


def test_db_mysql(project: Project, mariadb: MariadbServer) -> None:
    mariadb.run(*TWO_ORDERS)
    assert outputs_of(run_example(project, "db-mysql", **mariadb.env()), "count", "all")["first"] == {"orders": 2}
