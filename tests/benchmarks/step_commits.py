"""Steps that run in process, against bare SQLite commits of the very rows that they left: both in one process."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_flow import run
from tests.benchmarks import flows
from tests.benchmarks.measuring import seconds_of


class StepTable(Struct, frozen=True):
    """The table of steps that a run left: how it is made, and its rows."""

    make: list[str]
    rows: list[tuple[object, ...]]


class StepRuns:
    """Runs flows of in-process steps in a folder, and commits their rows again without us."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.folder = folder
        self.env = env
        self.count = 0

    def run_steps(self, steps: int) -> float:
        """Run a flow of so many steps with a fresh state; give seconds per step, all that `run` does included."""
        self.count += 1
        path = self.folder / f"log_{steps}.yaml"
        path.write_text(flows.log_steps(steps), encoding="utf-8")
        environ = {**self.env, "AETHERFLOW_STATE_ROOT": str(self.state_root())}
        request = RunRequest(flow=str(path), environ=environ, stdin=lambda: b"")
        return seconds_of(lambda: run(request, listeners=())) / steps

    def commit_rows(self) -> float:
        """Commit the rows of the last run again, each in a transaction of its own; give seconds per commit."""
        table = self.last_table()
        connection = sqlite3.connect(self.folder / f"bare_{self.count}.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        for statement in table.make:
            connection.execute(statement)
        insert = f"INSERT INTO steps VALUES ({', '.join('?' * len(table.rows[0]))})"
        seconds = seconds_of(lambda: commit_each(connection, insert, table.rows))
        connection.close()
        return seconds / len(table.rows)

    def state_root(self) -> Path:
        """Give where the last run keeps its state."""
        return self.folder / f"state_{self.count}"

    def last_table(self) -> StepTable:
        """Read the table of steps out of the last run's state."""
        (path,) = [path for path in self.state_root().rglob("*") if path.suffix in (".db", ".sqlite", ".sqlite3")]
        connection = sqlite3.connect(path)
        make = connection.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'steps' AND sql IS NOT NULL")
        table = StepTable([sql for (sql,) in make], connection.execute("SELECT * FROM steps").fetchall())
        connection.close()
        return table


def commit_each(connection: sqlite3.Connection, insert: str, rows: list[tuple[object, ...]]) -> None:
    """Commit rows one by one."""
    for row in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(insert, row)
        connection.execute("COMMIT")
