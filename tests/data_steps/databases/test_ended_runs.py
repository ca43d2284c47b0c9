"""A run that is interrupted, or whose step is out of time, ends its statement on the server too."""

import signal
import time

import pytest

from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer
from tests.support.project import Project

FLOW = """\
version: 1
flow: {id: slow}
resources:
  shop: {kind: db, driver: DRIVER, config: CONFIG}
jobs:
  - id: ask
    steps:
      - id: wait
        type: STEP
        TIMEOUT
        inputs: {resource: shop, sql: "SQL"MORE}
"""
SLOW = {
    "postgres": "SELECT count(*) FROM generate_series(1, 10000000000) i",
    "mysql": "SELECT count(*) FROM seq_1_to_100000 a, seq_1_to_100000 b",
    "duckdb": "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c WHERE hash(a.range, b.range) = 0",
    "sqlite3": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
}


class Servers:
    """The servers, and what they are busy with."""

    def __init__(self, project: Project, postgres: PostgresServer, mariadb: MariadbServer) -> None:
        self.project = project
        self.postgres = postgres
        self.mariadb = mariadb

    def flow(self, driver: str, step: str, timeout: str = "") -> None:
        config = {"postgres": repr(self.postgres.config()), "mysql": repr(self.mariadb.config())}
        text = FLOW.replace("CONFIG", config.get(driver, "{path: shop.db}")).replace("DRIVER", driver)
        more = ", path: x.csv" if step == "db_extract" else ""
        text = text.replace("STEP", step).replace("TIMEOUT", timeout).replace("SQL", SLOW[driver]).replace("MORE", more)
        self.project.write("flow.yaml", text)

    def busy(self, driver: str) -> bool:
        if driver == "postgres":
            sql = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%10000000000)%'"
            return bool(self.postgres.run(f"{sql} AND pid <> pg_backend_pid()")[0][0])
        if driver == "mysql":
            return any("seq_1_to_100000" in str(row) for row in self.mariadb.run("SHOW FULL PROCESSLIST"))
        return False

    def wait_until(self, driver: str, *, is_busy: bool) -> None:
        deadline = time.monotonic() + 15
        while self.busy(driver) is not is_busy:  # PostgreSQL is so twice: it plans a query before it copies it
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture
def servers(project: Project, postgres: PostgresServer, mariadb: MariadbServer) -> Servers:
    """Give the servers."""
    return Servers(project, postgres, mariadb)


@pytest.mark.parametrize("driver", SLOW)
@pytest.mark.parametrize("step", ["db_execute", "db_extract", "db_fetch_small"])
def test_a_step_that_is_out_of_time_ends_its_statement(servers: Servers, driver: str, step: str) -> None:
    servers.flow(driver, step, "timeout_seconds: 1")
    start = time.monotonic()
    outcome = servers.project.aetherflow("run", "flow.yaml", "--json")
    assert outcome.exit_code == 1
    assert time.monotonic() - start < 10
    assert "the statement was ended: the step was out of time" in outcome.stdout
    servers.wait_until(driver, is_busy=False)


@pytest.mark.parametrize("driver", SLOW)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_ends_its_statement(servers: Servers, driver: str, number: signal.Signals) -> None:
    servers.flow(driver, "db_extract")
    process = servers.project.start("run", "flow.yaml", "--json")
    if driver in ("postgres", "mysql"):
        servers.wait_until(driver, is_busy=True)
    else:
        time.sleep(1.5)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=15)
    assert process.returncode == 128 + number, stdout + stderr
    servers.wait_until(driver, is_busy=False)
    assert list((servers.project.root / "work").rglob("*x.csv*")) == []
