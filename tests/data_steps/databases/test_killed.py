"""kill -9 at random instants of an extract and of a load, then a resume: no half file, and nothing loaded twice."""

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer
from tests.data_steps.services.proxy import proxy_to
from tests.support.project import Project, kill_tree

ROWS = 200_000

EXTRACT = """\
version: 1
flow: {id: killed}
resources:
  shop: {kind: db, driver: postgres, config: {host: "{{env.PG_HOST}}", port: "{{env.PG_PORT}}",
         user: "{{env.PG_USER}}", password: "{{env.PG_PASSWORD}}", database: postgres}}
jobs:
  - id: move
    steps:
      - id: extract
        type: db_extract
        inputs: {resource: shop, sql: SELECT * FROM many ORDER BY id, path: many.FORMAT}
"""
LOAD = """\
version: 1
flow: {id: killed}
resources:
  shop: {kind: db, driver: DRIVER, config: CONFIG}
jobs:
  - id: move
    steps:
      - {id: load, type: db_load, inputs: {resource: shop, path: "{{env.ROWS_FILE}}", table: taken, mode: MODE}}
"""


class Trials:
    """Runs of a flow, each killed at another instant of what an undisturbed one takes."""

    def __init__(self, project: Project, flow: Path, env: dict[str, Any], count: int) -> None:
        self.project = project
        self.flow = flow
        self.env = env
        self.count = count
        self.duration_seconds = 0.0

    def undisturbed(self) -> Any:
        """Run to the end, and note how long that takes."""
        start = time.monotonic()
        outcome = self.project.aetherflow("run", self.flow, "--json", process="new", **self.env)
        self.duration_seconds = time.monotonic() - start
        assert outcome.exit_code == 0, outcome.stderr
        return outcome.json

    def killed(self, number: int) -> str:
        """Run, and kill it in between; give its run id."""
        run_id = f"trial-{number}"
        process = self.project.start("run", self.flow, "--run-id", run_id, **self.env)
        time.sleep((0.1 + 0.9 * (number + random.random()) / self.count) * self.duration_seconds)
        kill_tree(process)
        process.communicate()
        return run_id

    def resumed(self, run_id: str) -> dict[str, Any]:
        """Resume what was killed, or run it where nothing had been recorded; give the step's outputs."""
        outcome = self.project.aetherflow("runs", "resume", run_id, "--json", **self.env)
        if outcome.exit_code == 2:  # killed before the run was there
            outcome = self.project.aetherflow("run", self.flow, "--run-id", run_id, "--json", **self.env)
        assert outcome.exit_code == 0, outcome.stderr + outcome.stdout
        (step,) = outcome.json["jobs"]["move"]["steps"].values()
        outputs: dict[str, Any] = step["outputs"]
        return outputs


@pytest.fixture
def many(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """Give PostgreSQL with a table of many rows."""
    columns = "i AS id, 'customer ' || i AS name, i % 2 = 0 AS paid, md5(i::text) AS note"
    postgres.run(
        "DROP TABLE IF EXISTS many", f"CREATE TABLE many AS SELECT {columns} FROM generate_series(1, {ROWS}) i"
    )
    yield postgres
    postgres.run("DROP TABLE many")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("format_", "kills"), [("csv", (5, 20)), ("parquet", (3, 6))])
def test_an_extract_that_is_killed_leaves_no_part_under_the_files_name(
    project: Project,
    many: PostgresServer,
    instants: Callable[[int, int], int],
    format_: str,
    kills: tuple[int, int],
) -> None:
    flow = project.write("flow.yaml", EXTRACT.replace("FORMAT", format_))
    trials = Trials(project, flow, dict(many.env()), instants(*kills))
    whole = trials.undisturbed()["jobs"]["move"]["steps"]["extract"]["outputs"]
    for number in range(trials.count):
        run_id = trials.killed(number)
        folder = project.root / "work/killed/move" / run_id / "artifacts"
        for file in folder.glob("many.*"):
            assert hashlib.sha256(file.read_bytes()).hexdigest() == whole["sha256"]
        outputs = trials.resumed(run_id)
        assert (outputs["rows"], outputs["sha256"]) == (ROWS, whole["sha256"])
        assert [path.name for path in folder.iterdir()] == [f"many.{format_}"]


def resources(driver: str, project: Project, postgres: PostgresServer, mariadb: MariadbServer) -> tuple[str, Any]:
    """Give the config of a driver, and how to look into its table from outside."""
    if driver == "postgres":
        return repr(postgres.config()), postgres.run
    if driver == "mysql":
        return repr(mariadb.config()), mariadb.run
    path = project.root / f"shop.{driver}"

    def look(*statements: str) -> list[tuple[Any, ...]]:
        module: Any = __import__(driver)
        connection = module.connect(str(path))
        try:
            for statement in statements:
                cursor = connection.execute(statement)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    return f'{{path: "{path}"}}', look


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("driver", "mode", "kills"),
    [
        ("postgres", "append", (5, 20)),
        ("postgres", "replace", (3, 6)),
        ("mysql", "append", (3, 6)),
        ("sqlite3", "append", (4, 8)),
        ("duckdb", "append", (3, 6)),
    ],
)
def test_a_load_that_is_killed_is_made_once(
    project: Project,
    postgres: PostgresServer,
    mariadb: MariadbServer,
    instants: Callable[[int, int], int],
    driver: str,
    mode: str,
    kills: tuple[int, int],
) -> None:
    config, look = resources(driver, project, postgres, mariadb)
    rows = 100_000 if driver == "postgres" else 30_000
    text = "".join(f"{number},customer {number}\n" for number in range(rows))
    data = project.write("rows.csv", f"id,name\n{text}")
    flow = project.write("flow.yaml", LOAD.replace("DRIVER", driver).replace("CONFIG", config).replace("MODE", mode))
    look("DROP TABLE IF EXISTS taken", "CREATE TABLE taken (id INTEGER, name VARCHAR(100))")
    trials = Trials(project, flow, {"ROWS_FILE": str(data)}, instants(*kills))
    trials.undisturbed()
    for number in range(trials.count):
        look("DELETE FROM taken")
        run_id = trials.killed(number)
        outputs = trials.resumed(run_id)
        assert outputs["rows"] == rows
        assert look("SELECT count(*), count(DISTINCT id) FROM taken") == [(rows, rows)]


@pytest.mark.parametrize("driver", ["postgres", "mysql"])
def test_a_load_that_is_killed_between_its_commit_and_its_record_is_not_made_again(
    project: Project, postgres: PostgresServer, mariadb: MariadbServer, driver: str
) -> None:
    server: Any = postgres if driver == "postgres" else mariadb
    data = project.write("rows.csv", "id,name\n1,Ada\n2,Bob\n")
    server.run("DROP TABLE IF EXISTS taken", "CREATE TABLE taken (id INTEGER, name VARCHAR(100))")
    with proxy_to(server.port) as proxy:
        config = repr(server.config(port=proxy.port))
        flow = LOAD.replace("DRIVER", driver).replace("CONFIG", config).replace("MODE", "append")
        project.write("flow.yaml", flow)
        project.aetherflow("run", "flow.yaml", ROWS_FILE=str(data))  # makes the table of loads, which is committed too
        server.run("DELETE FROM taken")
        proxy.stalls_on = [b"loaded_at", b"COMMIT"]
        process = project.start("run", "flow.yaml", "--run-id", "stuck", ROWS_FILE=str(data))
        deadline = time.monotonic() + 20
        while server.run("SELECT count(*) FROM taken") != [(2,)] and time.monotonic() < deadline:
            time.sleep(0.05)
        kill_tree(process)
        process.communicate()
        proxy.drop_all()
        proxy.stalls_after = None
        outcome = project.aetherflow("runs", "resume", "stuck", "--json", ROWS_FILE=str(data))
    outputs = outcome.json["jobs"]["move"]["steps"]["load"]["outputs"]
    assert (outputs["rows"], outputs["already_loaded"]) == (2, True)
    assert server.run("SELECT count(*) FROM taken") == [(2,)]
