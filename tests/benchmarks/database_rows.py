"""1,000,000 rows of PostgreSQL to a CSV file: the whole run against `psql \\copy` of the same query, and its memory."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measuring import Comparison, Row, compare, peak_megabytes, seconds_of
from tests.benchmarks.reference import run_quietly
from tests.data_steps.services.postgres import PostgresServer, postgres_server
from tests.data_steps.services.server import program
from tests.support.project import COMMAND, clean_environment

_ROWS = 1_000_000
_BOUND_MEGABYTES = 150.0
_TABLE = f"""
CREATE TABLE orders AS
SELECT i AS id, 'customer ' || i AS name, (i * 1.25)::numeric(12, 2) AS total,
       TIMESTAMPTZ '2026-01-01' + i * interval '1 second' AS at, i % 2 = 0 AS paid, md5(i::text) AS note
FROM generate_series(1, {_ROWS}) i
"""
_FLOW = """\
version: 1
flow: {id: export}
resources:
  shop: {kind: db, driver: postgres, config: {host: "{{env.PG_HOST}}", port: "{{env.PG_PORT}}",
         user: "{{env.PG_USER}}", password: "{{env.PG_PASSWORD}}", database: postgres}}
jobs:
  - id: export
    steps:
      - {id: orders, type: db_extract, inputs: {resource: shop, sql: SELECT * FROM orders, path: orders.csv}}
"""


def extracted_rows(folder: Path) -> Iterator[Row]:
    """Start a server, fill a table, and measure."""
    flow = folder / "export.yaml"
    flow.write_text(_FLOW, encoding="utf-8")
    with postgres_server() as server:
        server.run(_TABLE, "VACUUM ANALYZE orders")
        env = {**clean_environment(folder), **server.env()}
        run = (COMMAND, "run", str(flow))
        measured = compare(
            lambda: seconds_of(lambda: run_quietly(run, folder, env)), lambda: _psql_seconds(server, folder), pairs=5
        )
        yield Row("1,000,000 rows of PostgreSQL to csv, cold", "`psql \\copy` to csv", 2.0, measured)
        peak = peak_megabytes(run, folder, env)
        memory = Comparison(peak, _BOUND_MEGABYTES, peak / _BOUND_MEGABYTES)
        yield Row("1,000,000 rows of PostgreSQL to csv: peak memory", "the bound", 1.0, memory, "MB")


def _psql_seconds(server: PostgresServer, folder: Path) -> float:
    copy = f"\\copy (SELECT * FROM orders) TO '{folder / 'psql.csv'}' CSV HEADER"
    target = f"host={server.host} port={server.port} user={server.user} dbname={server.database}"
    env = {**clean_environment(folder), "PGPASSWORD": server.password}
    return seconds_of(lambda: run_quietly((program("psql"), "-q", target, "-c", copy), folder, env))
