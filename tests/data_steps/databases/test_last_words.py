"""Nothing is shown of what libraries say for themselves: DuckDB's bindings at the end, psycopg of what broke off."""

import threading

from tests.data_steps.services.postgres import PostgresServer
from tests.data_steps.services.proxy import proxy_to
from tests.support.project import Project

STEP = """
version: 1
flow: {id: quiet}
resources: {scratch: {kind: db, driver: duckdb, config: {path: ":memory:"}}}
jobs: [{id: ask, steps: [{id: ask, type: db_execute, inputs: {resource: scratch, sql: SELECT 1}}]}]
"""
PLUGIN = """
import duckdb
from aetherflow.core.api import register_step


@register_step("ask")
def ask(ctx, inputs):
    return {"answer": duckdb.connect().execute("SELECT 1").fetchone()[0]}
"""


def test_a_step_on_duckdb_leaves_stderr_to_us(project: Project) -> None:
    project.write("flow.yaml", STEP)
    outcome = project.aetherflow("run", "flow.yaml", "--quiet")
    assert (outcome.exit_code, outcome.stderr) == (0, "")


def test_so_does_a_plugin_that_imports_it_before_the_flow_begins(project: Project) -> None:
    project.write("plugins/asking.py", PLUGIN)
    project.write("flow.yaml", "version: 1\nflow: {id: quiet}\njobs: [{id: ask, steps: [{id: ask, type: ask}]}]\n")
    outcome = project.aetherflow("run", "flow.yaml", "--quiet", "--plugin-path", "plugins")
    assert (outcome.exit_code, outcome.stderr) == (0, "")


LOAD = """
version: 1
flow: {id: load}
resources: {shop: {kind: db, driver: postgres, config: CONFIG}}
jobs: [{id: load, steps: [{id: load, type: db_load, inputs: {resource: shop, path: ROWS, table: taken}}]}]
"""


def test_a_copy_whose_connection_breaks_off_is_told_of_in_our_words_alone(
    project: Project, postgres: PostgresServer
) -> None:
    postgres.run("DROP TABLE IF EXISTS taken", "CREATE TABLE taken (id integer)")
    rows = project.write("rows.csv", "id\n" + "".join(f"{number}\n" for number in range(500_000)))
    with proxy_to(postgres.port) as proxy:
        config = repr(postgres.config(port=proxy.port))
        project.write("flow.yaml", LOAD.replace("CONFIG", config).replace("ROWS", str(rows)))
        proxy.pause_seconds = 0.05
        threading.Timer(2.0, proxy.drop_all).start()
        outcome = project.aetherflow("run", "flow.yaml")
    said = outcome.stdout + outcome.stderr
    assert 'resource "shop": the connection broke off' in said
    assert "psycopg" not in said
