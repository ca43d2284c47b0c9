"""Plugins that fork: the copy does what it was made for, and the run goes on once."""

import pytest

from tests.support.project import Project

PLUGIN = """\
import os
import sys

from aetherflow.core.api import *

{at_import}

@register_connector(kind="desk", driver="paper")
class Desk(ConnectorBase):
    def connect(self):
        return 1

    def close(self):
        os.fork()


@register_compiler("flows")
class Flows(WorkflowCompilerPlugin):
    def compile(self, source, *, workflow_name=None, validate=True):
        os.fork()
        return compile_document(fetch_text(source), source=source)


@register_step("fork")
def fork(ctx, inputs):
    ctx.connectors["desk"].connect()
    child = os.fork()
    if inputs["way"] == "returns":
        return {{"code": 0 if child == 0 else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}}
    if child == 0:
        if inputs["way"] == "raises":
            raise ValueError("of the copy")
        sys.exit(inputs["way"])
    return {{"code": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}}


@register_step("count")
def count(ctx, inputs):
    with open("ran.txt", "a") as file:
        file.write("ran\\n")


@register_hook("before_step")
def hook(data, ctx):
    os.fork()


@register_tool("fork", parameters={{"type": "object"}})
def tool(params, context):
    child = os.fork()
    return {{"code": 0 if child == 0 else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}}
"""
FLOW = """\
flow: {id: forks}
resources:
  desk: {kind: desk, driver: paper}
jobs:
  - id: main
    steps:
      - {id: fork, type: fork, inputs: {way: WAY}, outputs: {code: "{{result.code}}"}}
      - {id: count, type: count}
"""


def write(project: Project, *, at_import: str = "", way: object = "returns") -> None:
    project.write("plugins/forks.py", PLUGIN.format(at_import=at_import))
    project.write("flow.yaml", FLOW.replace("WAY", str(way)))


@pytest.mark.parametrize(("way", "code"), [("returns", 0), ("raises", 1), (5, 5), ("text", 1)])
def test_what_a_step_forks_ends_with_the_step(way: object, code: int, project: Project) -> None:
    write(project, way=way)
    outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins", "--json")
    assert (outcome.exit_code, outcome.json["jobs"]["main"]["outputs"]) == (0, {"code": code})
    assert project.read("ran.txt") == "ran\n"
    assert ("ValueError: of the copy" in outcome.stderr) == (way == "raises")


def test_what_an_import_forks_runs_nothing(project: Project) -> None:
    write(project, at_import="os.fork()")
    outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins", "--json")
    assert (outcome.exit_code, outcome.json["status"]) == (0, "SUCCESS")
    assert project.read("ran.txt") == "ran\n"
    assert len(project.aetherflow("runs", "list", "--json").json) == 1


def test_a_compiler_that_forks_makes_one_flow(project: Project) -> None:
    write(project)
    assert project.aetherflow("run", "flows://flow.yaml", "--plugin-path", "plugins").exit_code == 0
    assert project.read("ran.txt") == "ran\n"
    assert len(project.aetherflow("runs", "list", "--json").json) == 1


def test_a_tool_that_forks_gives_one_answer(project: Project) -> None:
    write(project)
    assert project.aetherflow("tools", "call", "fork", "--plugin-path", "plugins").json == {"code": 0}
