"""What an extract and a load take of memory does not grow with the rows."""

from typing import Any

import pytest

from tests.benchmarks.measuring import peak_megabytes
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer
from tests.support.project import COMMAND, Project

FEW, MANY = 20_000, 140_000
#: Buffers grow to their sizes, and allocators keep some: far less than 120,000 rows of 150 bytes would take.
SLACK_MEGABYTES = 12.0
BOUND_MEGABYTES = 150.0
#: With DuckDB's own limit of 64 MB; what every batch left behind was 200 MB and more.
DUCKDB_BOUND_MEGABYTES = 200.0
#: Held all at once, 200 rows of a megabyte take 400 and more.
WIDE_ROWS = 200
WIDE_BOUND_MEGABYTES = 250.0

QUERIES = {
    "postgres": "SELECT i AS id, repeat('x', 100) AS note, now() AS at FROM generate_series(1, {rows}) i",
    "mysql": "SELECT seq AS id, repeat('x', 100) AS note, now() AS at FROM seq_1_to_{rows}",
    "sqlite3": "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {rows})"
    " SELECT id, printf('%0100d', id) AS note, 'now' AS at FROM n",
}
FLOW = """\
version: 1
flow: {{id: export}}
resources:
  shop: {{kind: db, driver: {driver}, config: {config}}}
jobs:
  - id: export
    steps:
      - id: extract
        type: db_extract
        inputs: {{resource: shop, sql: "{sql}", path: rows.{format}}}
      - {more}
"""
WIDE = {
    "postgres": "SELECT i AS id, repeat(md5(i::text), 31250) AS note FROM generate_series(1, {rows}) i",
    "mysql": "SELECT seq AS id, repeat(md5(seq), 31250) AS note FROM seq_1_to_{rows}",
    "sqlite3": "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {rows})"
    " SELECT id, printf('%01000000d', id) AS note FROM n",
}
LOAD = "{id: load, type: db_load, inputs: {resource: shop, path: rows.FORMAT, table: taken, mode: replace}}"
INTO_DUCKDB = """\
version: 1
flow: {{id: load}}
resources:
  shop: {{kind: db, driver: duckdb, config: {{path: '{root}/shop.db'}}, options: {{memory_limit: 64MB, threads: 1}}}}
jobs:
  - id: load
    steps:
      - id: table
        type: db_execute
        inputs: {{resource: shop, sql: "CREATE TABLE taken (id INTEGER, note VARCHAR)"}}
      - {{id: load, type: db_load, inputs: {{resource: shop, path: '{root}/rows.csv', table: taken}}}}
"""
NOTHING = "{id: say, type: log, inputs: {message: done}}"


def peak(project: Project, rows: int, **parts: Any) -> float:
    sql = QUERIES[parts["driver"]].format(rows=rows)
    flow = project.write(f"flow-{rows}.yaml", FLOW.format(sql=sql, **parts))
    return peak_megabytes((COMMAND, "run", str(flow)), project.root, project.env)


@pytest.fixture
def configs(project: Project, postgres: PostgresServer, mariadb: MariadbServer) -> dict[str, str]:
    """Give the config of each driver."""
    return {
        "postgres": repr(postgres.config()),
        "mysql": repr(mariadb.config()),
        "sqlite3": f"{{path: '{project.root}/shop.db'}}",
    }


@pytest.mark.parametrize("driver", QUERIES)
@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_an_extract_takes_no_more_for_more_rows(
    project: Project, configs: dict[str, str], driver: str, format_: str
) -> None:
    parts = {"driver": driver, "config": configs[driver], "format": format_, "more": NOTHING}
    few, many = (peak(project, rows, **parts) for rows in (FEW, MANY))
    assert many < BOUND_MEGABYTES
    assert many - few < SLACK_MEGABYTES


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_load_takes_no_more_for_more_rows(
    project: Project, configs: dict[str, str], postgres: PostgresServer, format_: str
) -> None:
    postgres.run("DROP TABLE IF EXISTS taken", "CREATE TABLE taken (id integer, note text, at timestamptz)")
    more = LOAD.replace("FORMAT", format_)
    parts = {"driver": "postgres", "config": configs["postgres"], "format": format_, "more": more}
    few, many = (peak(project, rows, **parts) for rows in (FEW, MANY))
    assert postgres.run("SELECT count(*) FROM taken") == [(MANY,)]
    assert many < BOUND_MEGABYTES
    assert many - few < SLACK_MEGABYTES


def test_a_load_into_duckdb_takes_no_more_than_its_limit_and_ours(project: Project) -> None:
    (project.root / "rows.csv").write_text("id,note\n" + "".join(f"{i},{'x' * 100}\n" for i in range(1_000_000)))
    flow = project.write("flow.yaml", INTO_DUCKDB.format(root=project.root))
    assert peak_megabytes((COMMAND, "run", str(flow)), project.root, project.env) < DUCKDB_BOUND_MEGABYTES


@pytest.mark.parametrize("driver", WIDE)
@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_wide_rows_are_few_at_a_time(
    project: Project, configs: dict[str, str], postgres: PostgresServer, driver: str, format_: str
) -> None:
    postgres.run("DROP TABLE IF EXISTS taken", "CREATE TABLE taken (id integer, note text)")
    more = LOAD.replace("FORMAT", format_) if driver == "postgres" else NOTHING
    parts = {"driver": driver, "config": configs[driver], "format": format_, "more": more}
    flow = project.write("flow.yaml", FLOW.format(sql=WIDE[driver].format(rows=WIDE_ROWS), **parts))
    assert peak_megabytes((COMMAND, "run", str(flow)), project.root, project.env) < WIDE_BOUND_MEGABYTES
