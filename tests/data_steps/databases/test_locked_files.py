"""A SQLite file that another process holds is waited for, no longer than the step may take, and signals are heard."""

import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.project import Project

FLOW = """\
version: 1
flow: {id: waits}
resources: {shop: {kind: db, driver: sqlite3, config: {path: shop.db}, options: {timeout_seconds: LIMIT}}}
jobs: [{id: ask, steps: [{id: ask, TIMEOUTtype: STEP, inputs: {resource: shop, INPUTS}}]}]
"""
STEPS = {
    "db_execute": "sql: INSERT INTO orders VALUES (1)",
    "db_extract": "sql: SELECT * FROM orders, path: x.csv",
    "db_fetch_small": "sql: SELECT * FROM orders",
    "db_load": "path: rows.csv, table: orders, record_table: null",
}


@contextmanager
def held(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE orders (id INTEGER)")
    connection.execute("INSERT INTO orders VALUES (0)")
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield connection
    finally:
        connection.close()


def written(project: Project, step: str, limit: str, timeout: str = "") -> None:
    inputs = STEPS[step].replace("rows.csv", str(project.write("rows.csv", "id\n7\n")))
    text = FLOW.replace("STEP", step).replace("LIMIT", limit).replace("TIMEOUT", timeout)
    project.write("flow.yaml", text.replace("INPUTS", inputs))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_waits_for_the_lock_no_longer_than_it_may_take(project: Project, step: str) -> None:
    written(project, step, "60", "timeout_seconds: 1, ")
    with held(project.root / "shop.db"):
        start = time.monotonic()
        outcome = project.aetherflow("run", "flow.yaml")
    assert time.monotonic() - start < 10
    assert "the statement was ended: the step was out of time" in outcome.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_lock_that_is_let_go_of_in_time_holds_nothing_up(project: Project, step: str) -> None:
    written(project, step, "60")
    with held(project.root / "shop.db") as holder:
        threading.Timer(1.5, holder.execute, ["ROLLBACK"]).start()
        assert project.aetherflow("run", "flow.yaml").exit_code == 0
        ids = {row[0] for row in holder.execute("SELECT id FROM orders")}
    assert ids == {"db_execute": {0, 1}, "db_load": {0, 7}}.get(step, {0})


def test_a_lock_that_is_never_let_go_of_is_told_after_the_time_of_the_resource(project: Project) -> None:
    written(project, "db_execute", "1")
    with held(project.root / "shop.db"):
        outcome = project.aetherflow("run", "flow.yaml")
    assert 'resource "shop": database is locked' in outcome.stderr
    assert "another process writes to it: raise `timeout_seconds` in the resource's options" in outcome.stderr


def test_a_signal_is_heard_while_a_lock_is_waited_for(project: Project) -> None:
    written(project, "db_execute", "60")
    with held(project.root / "shop.db"):
        process = project.start("run", "flow.yaml")
        time.sleep(2)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert time.monotonic() - start < 10
    assert process.returncode == 130
