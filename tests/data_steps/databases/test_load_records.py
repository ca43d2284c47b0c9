"""The table of loads: made once, whoever loads at the same time, and not to blame for what hinders every statement."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import ConnectorBase
from aetherflow.core.builtins.connectors.mysql import MysqlConnector
from aetherflow.core.builtins.connectors.postgres import PostgresConnector
from aetherflow.core.builtins.steps.db_load import DbLoad
from tests.builtins.conftest import Context
from tests.data_steps.databases.drivers import MAKERS, Database
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer

RUNS = 6


@pytest.mark.parametrize("driver", ["postgres", "mysql", "sqlite3"])
def test_runs_that_load_at_the_same_time_make_the_table_of_loads_once(
    tmp_path: Path, postgres: PostgresServer, mariadb: MariadbServer, driver: str
) -> None:
    runs = [run(MAKERS[driver](tmp_path, postgres, mariadb), tmp_path / str(number)) for number in range(RUNS)]
    runs[0].empty_orders()
    runs[0].sql("DROP TABLE IF EXISTS aetherflow_loads")
    with ThreadPoolExecutor(RUNS) as pool:
        loaded = list(pool.map(one_row_loaded, runs))
    assert [each["rows"] for each in loaded] == [1] * RUNS
    assert runs[0].sql("SELECT count(*) AS loads FROM aetherflow_loads") == [{"loads": RUNS}]
    for each in runs:
        each.connector.close()


def run(connector: ConnectorBase, folder: Path) -> Database:
    ctx: Any = Context(folder)
    ctx.run_id = f"run-{folder.name}"
    (ctx.artifacts_dir / "x.csv").write_text(f"id\n{folder.name}\n")
    return Database(folder.name, connector, ctx)


def one_row_loaded(database: Database) -> dict[str, Any]:
    return database.run(DbLoad, path="x.csv", table="orders")


def test_what_hinders_every_statement_is_no_fault_of_the_table_of_loads(
    tmp_path: Path, postgres: PostgresServer, mariadb: MariadbServer
) -> None:
    connectors = [
        PostgresConnector(config=postgres.config(password="wrong"), options={}),
        MysqlConnector(config=mariadb.config(password="wrong"), options={}),
    ]
    for number, connector in enumerate(connectors):
        failure = run(connector, tmp_path / str(number)).failure(DbLoad, path="x.csv", table="orders")
        assert failure.message == 'resource "shop": the server does not take the user and password'
        assert failure.hint == "correct them in its config"


def test_a_table_of_loads_that_cannot_be_made_is_said_with_what_else_to_do(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    database = run(PostgresConnector(config=postgres.config(), options={}), tmp_path / "1")
    failure = database.failure(DbLoad, path="x.csv", table="orders", record_table="absent.loads")
    assert failure.message == 'resource "shop": schema "absent" does not exist: the table of loads cannot be made'
    assert failure.hint == "allow it, or set `record_table: null`, and `effects: once` on the step"
    database.connector.close()
