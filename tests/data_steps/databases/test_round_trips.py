"""Rows that are extracted from one database and loaded into any other are the same rows, in every format."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.builtins.steps.db_extract import DbExtract
from aetherflow.core.builtins.steps.db_load import DbLoad
from tests.builtins.conftest import Context
from tests.data_steps.databases.drivers import Database, opened
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer

DRIVERS = ("postgres", "mysql", "duckdb", "sqlite3")
COLUMNS = "id INTEGER, n DECIMAL(12, 2), f DOUBLE PRECISION, t VARCHAR(100), d DATE, m {moment}, b BOOLEAN, y {bytes}"
KINDS = {
    "postgres": {"moment": "TIMESTAMP", "bytes": "BYTEA"},
    "mysql": {"moment": "DATETIME(3) NULL", "bytes": "BLOB"},
    "duckdb": {"moment": "TIMESTAMP", "bytes": "BLOB"},
    "sqlite3": {"moment": "TIMESTAMP", "bytes": "BLOB"},
}
BYTES = {"postgres": r"'\x00ff'", "mysql": "x'00ff'", "duckdb": r"'\x00\xFF'::BLOB", "sqlite3": "x'00ff'"}
VALUES = """(1, 12.50, 0.1, 'a,"b" and
more', '2026-01-31', '2026-01-31 23:59:59.5', TRUE, BYTES), (2, NULL, 1e300, '', NULL, NULL, FALSE, ''),
(3, -0.01, NULL, NULL, '1999-12-31', '1999-12-31 00:00:00', NULL, NULL)"""
ROWS = [
    (1, 12.5, 0.1, 'a,"b" and\nmore', "2026-01-31", "2026-01-31 23:59:59.5", True, "AP8="),
    (2, None, 1e300, "", None, None, False, ""),
    (3, -0.01, None, None, "1999-12-31", "1999-12-31 00:00:00", None, None),
]


@pytest.fixture
def databases(tmp_path: Path, postgres: PostgresServer, mariadb: MariadbServer) -> Iterator[dict[str, Database]]:
    """Give each kind of database with an empty table `kept`."""
    with ExitStack() as stack:
        found = {
            name: stack.enter_context(opened(name, Context(tmp_path / name), postgres, mariadb)) for name in DRIVERS
        }
        for name, database in found.items():
            columns = COLUMNS.format(**KINDS[name])
            database.sql("DROP TABLE IF EXISTS kept", f"CREATE TABLE kept ({columns})")
        yield found


def rows(database: Database) -> list[tuple[Any, ...]]:
    return [
        (i, n if n is None else float(n), f, t, d, m, b if b is None else bool(b), y)
        for i, n, f, t, d, m, b, y in (row.values() for row in database.sql("SELECT * FROM kept ORDER BY id"))
    ]


@pytest.mark.parametrize("source", DRIVERS)
@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.jsonl", "x.parquet"])
def test_rows_are_the_same_in_every_database(databases: dict[str, Database], source: str, name: str) -> None:
    databases[source].sql(f"INSERT INTO kept VALUES {VALUES.replace('BYTES', BYTES[source])}")
    assert rows(databases[source]) == ROWS
    path = databases[source].run(DbExtract, sql="SELECT * FROM kept ORDER BY id", path=name)["path"]
    for target in databases.values():
        target.run(DbLoad, path=path, table="kept", mode="replace")
        assert rows(target) == ROWS
