"""A run with DuckDB ends without a word of its bindings, which tell on stderr of all that nobody has collected."""

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
