"""A server that refuses, drops, stalls or answers slowly ends the step in time, with words and without the password."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from aetherflow.core.api import ConnectorBase
from aetherflow.core.builtins.connectors.mysql import MysqlConnector
from aetherflow.core.builtins.connectors.postgres import PostgresConnector
from aetherflow.core.builtins.connectors.sqlalchemy import SqlalchemyConnector
from aetherflow.core.builtins.steps.db_execute import DbExecute
from aetherflow.core.builtins.steps.db_extract import DbExtract
from aetherflow.core.builtins.steps.db_fetch_small import DbFetchSmall
from aetherflow.core.builtins.steps.db_load import DbLoad
from tests.data_steps.databases.drivers import Database
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer
from tests.data_steps.services.proxy import Proxy, proxy_to
from tests.data_steps.services.server import free_port

QUICK = {"connect_timeout_seconds": 2, "timeout_seconds": 1}


class Faulty:
    """A database behind a proxy, under one driver."""

    def __init__(self, driver: str, server: PostgresServer | MariadbServer, proxy: Proxy, ctx: Any) -> None:
        self.driver = driver
        self.server = server
        self.proxy = proxy
        self.ctx = ctx
        self.is_postgres = isinstance(server, PostgresServer)
        self.database = self.through(proxy.port)

    def through(self, port: int, **config: Any) -> Database:
        given = self.server.config(port=port, **config)
        connector: ConnectorBase
        if self.driver.startswith("sqlalchemy"):
            scheme = "postgresql+psycopg" if self.is_postgres else "mysql+pymysql"
            url = f"{scheme}://{{user}}:{{password}}@{{host}}:{{port}}/{{database}}".format(**given)
            connector = SqlalchemyConnector(config={"url": url}, options=QUICK)
        else:
            kind = PostgresConnector if self.is_postgres else MysqlConnector
            connector = kind(config=given, options=QUICK)
        return Database(self.driver, connector, self.ctx)

    @property
    def sleep(self) -> str:
        return "SELECT pg_sleep(60)" if self.is_postgres else "SELECT sleep(60)"

    @property
    def many(self) -> str:
        if self.is_postgres:
            return "SELECT i, repeat('x', 100) AS t FROM generate_series(1, 500000) i"
        return "SELECT seq AS i, repeat('x', 100) AS t FROM seq_1_to_500000"

    def running(self) -> int:
        """Count the statements that the server is still busy with."""
        if self.is_postgres:
            sql = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%'"
            return int(self.server.run(f"{sql} AND pid <> pg_backend_pid()")[0][0])
        return sum("sleep(60)" in str(row) for row in self.server.run("SHOW FULL PROCESSLIST"))


@pytest.fixture(params=["postgres", "mysql", "sqlalchemy", "sqlalchemy, mysql"])
def faulty(
    request: pytest.FixtureRequest, ctx: Any, postgres: PostgresServer, mariadb: MariadbServer
) -> Iterator[Faulty]:
    """Give a database behind a proxy."""
    server = mariadb if "mysql" in request.param else postgres
    with proxy_to(server.port) as proxy:
        found = Faulty(request.param, server, proxy, ctx)
        yield found
        found.database.connector.close()


def failure(database: Database, within_seconds: float, step: Any = DbExecute, **inputs: Any) -> str:
    """Give the message of a step that fails in time; hint and message hold no password."""
    start = time.monotonic()
    failed = database.failure(step, **{"sql": "SELECT 1", **inputs})
    assert time.monotonic() - start < within_seconds
    said = f"{failed.message} {failed.hint}"
    assert "correct-horse-battery" not in said
    assert "staple-under-bridge" not in said
    assert "wrong-password" not in said
    assert failed.hint
    return failed.message


def test_a_server_that_is_not_there(faulty: Faulty) -> None:
    assert failure(faulty.through(free_port()), 5) == 'resource "shop": the connection was refused'


def test_a_host_that_is_not_known(faulty: Faulty) -> None:
    assert failure(faulty.through(1, host="absent.invalid"), 20) == 'resource "shop": its host is not known'


def test_a_password_that_is_wrong(faulty: Faulty) -> None:
    message = failure(faulty.through(faulty.proxy.port, password="wrong-password"), 5)
    assert message == 'resource "shop": the server does not take the user and password'


def test_a_server_that_accepts_and_says_nothing(faulty: Faulty) -> None:
    faulty.proxy.stalls_after = 0
    message = failure(faulty.database, 6)
    assert message in (
        'resource "shop": the server did not answer the connection in time',
        'resource "shop": no answer came in time',
    )


def test_a_server_that_breaks_off_while_it_connects(faulty: Faulty) -> None:
    faulty.proxy.drops_after = 0
    assert failure(faulty.database, 5) == 'resource "shop": the connection broke off'


@pytest.mark.parametrize("step", [DbExecute, DbFetchSmall])
def test_a_statement_without_an_answer_is_ended_here_and_there(faulty: Faulty, step: Any) -> None:
    assert failure(faulty.database, 8, step, sql=faulty.sleep) == (
        'resource "shop": the server did not answer within 1 seconds'
    )
    _until_idle(faulty)
    assert faulty.database.run(DbExecute, sql="SELECT 1 AS a")["rows"] == [{"a": 1}]


def test_a_network_that_stalls_under_a_statement_is_cut(faulty: Faulty) -> None:
    faulty.database.run(DbExecute, sql="SELECT 1")
    faulty.proxy.stalls_after = 0
    assert failure(faulty.database, 12) == 'resource "shop": the server did not answer within 1 seconds'
    faulty.proxy.stalls_after = None
    assert faulty.database.run(DbExecute, sql="SELECT 1 AS a")["rows"] == [{"a": 1}]


@pytest.mark.parametrize("path", ["x.csv", "x.jsonl"])
def test_a_network_that_stalls_in_the_middle_of_the_rows_leaves_no_file(faulty: Faulty, path: str) -> None:
    faulty.proxy.stalls_after = 1_000_000
    message = failure(faulty.database, 15, DbExtract, sql=faulty.many, path=path)
    assert message == 'resource "shop": the server did not answer within 1 seconds'
    assert list(faulty.ctx.artifacts_dir.iterdir()) == []


@pytest.mark.parametrize("path", ["x.csv", "x.jsonl"])
def test_a_connection_that_drops_in_the_middle_of_the_rows_leaves_no_file(faulty: Faulty, path: str) -> None:
    faulty.proxy.drops_after = 1_000_000
    message = failure(faulty.database, 10, DbExtract, sql=faulty.many, path=path)
    assert message == 'resource "shop": the connection broke off'
    assert list(faulty.ctx.artifacts_dir.iterdir()) == []


def test_a_server_that_is_slow_but_answers_is_waited_for(faulty: Faulty) -> None:
    faulty.proxy.pause_seconds = 0.002
    outputs = faulty.database.run(DbExtract, sql=faulty.many, path="x.csv")
    assert outputs["rows"] == 500_000


def test_a_connection_that_broke_between_two_steps_is_replaced(faulty: Faulty) -> None:
    faulty.database.run(DbExecute, sql="SELECT 1")
    faulty.proxy.drop_all()
    time.sleep(0.2)
    assert faulty.database.run(DbExecute, sql="SELECT 1 AS a")["rows"] == [{"a": 1}]


def test_a_load_whose_connection_drops_loads_nothing(faulty: Faulty) -> None:
    faulty.database.empty_orders()
    (faulty.ctx.artifacts_dir / "x.csv").write_text("id\n" + "".join(f"{number}\n" for number in range(500_000)))
    faulty.proxy.pause_seconds = 0.05
    timer = threading.Timer(0.5, faulty.proxy.drop_all)
    timer.start()
    failed = faulty.database.failure(DbLoad, path="x.csv", table="orders", record_table=None)
    timer.join()
    assert failed.message == 'resource "shop": the connection broke off'
    assert faulty.server.run("SELECT count(*) FROM orders")[0][0] == 0


@pytest.mark.parametrize("step", [DbExecute, DbExtract])
def test_a_cancelled_step_ends_its_statement_here_and_there(faulty: Faulty, step: Any) -> None:
    faulty.database.connector.options = {}
    faulty.ctx.is_cancelled = True
    more = {"path": "x.csv"} if step is DbExtract else {}
    start = time.monotonic()
    failed = faulty.database.failure(step, sql=faulty.sleep, **more)
    assert time.monotonic() - start < 5
    assert (failed.message, failed.timed_out) == (
        'resource "shop": the statement was ended: the step was out of time',
        True,
    )
    _until_idle(faulty)


def _until_idle(faulty: Faulty) -> None:
    deadline = time.monotonic() + 10
    while faulty.running() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert faulty.running() == 0
