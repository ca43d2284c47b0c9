"""One plugin of each kind, by hand and in ten lines at most, from an empty folder to a run."""

import shutil
from pathlib import Path

import pytest

from tests.plugin_making.own_lines import MOST_LINES, own_lines
from tests.support.project import Project

WRITTEN = Path(__file__).parent / "from_nothing"
FLOW = """
flow: {id: all}
resources:
  box: {kind: box, driver: json, config: {path: box.json}}
jobs:
  - id: main
    steps:
      - {id: words, type: words.count, inputs: {path: words.txt}}
      - {id: get, type: box.get, inputs: {box: box, key: a}}
      - {id: add, type: tool.plugins.add, inputs: {a: "{{steps.words.words}}", b: "{{steps.get.value}}"}}
      - {id: say, type: log, inputs: {message: "{{steps.add.sum}}"}}
      - {id: leak, type: log, inputs: {message: my password}}
"""


@pytest.fixture
def desk(project: Project) -> Project:
    """Give a project with the plugins of this test, which are one folder."""
    shutil.copytree(WRITTEN, project.root / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    project.write("plugins.yaml", "plugins: [{id: slow, module: slow.Slow}]\n")
    project.write("words.txt", "one two three\n")
    project.write("box.json", '{"a": 4}\n')
    project.write("todo.txt", "buy milk\nsell milk\n")
    project.write("flow.yaml", FLOW)
    project.env["AETHERFLOW_PLUGIN_PATHS"] = "plugins"
    return project


@pytest.mark.parametrize("path", sorted(WRITTEN.glob("*.py")), ids=lambda path: path.stem)
def test_a_plugin_is_ten_lines_at_most(path: Path) -> None:
    assert len(own_lines(path.read_text(encoding="utf-8"))) <= MOST_LINES


def test_there_is_one_of_each_kind(desk: Project) -> None:
    listed = desk.aetherflow("plugins", "list", "--json").json
    (plugin,) = [each for each in listed["plugins"] if each["name"] == "plugins"]
    kinds = {each["kind"] for each in plugin["provides"]}
    assert kinds == {"step", "connector", "compiler", "observer", "hook", "tool", "command"}


def test_a_step_a_connector_a_tool_a_hook_and_an_observer_take_part_in_a_run(desk: Project) -> None:
    assert desk.aetherflow("validate", "flow.yaml", "--json").json["diagnostics"] == []
    outcome = desk.aetherflow("run", "flow.yaml", "--json")
    steps = outcome.json["jobs"]["main"]["steps"]
    assert (outcome.exit_code, steps["say"]["outputs"]) == (0, {"message": "7"})
    assert steps["leak"]["reason"] == 'vetoed by plugin "plugins": nobody says passwords'
    assert "add took 0." in outcome.stderr


def test_a_compiler_makes_a_flow_that_runs(desk: Project) -> None:
    steps = desk.aetherflow("run", "todo://todo.txt", "--json").json["jobs"]["all"]["steps"]
    assert [each["outputs"]["message"] for each in steps.values()] == ["buy milk", "sell milk"]


def test_a_command_and_a_tool_are_called(desk: Project) -> None:
    assert desk.aetherflow("hello", "--name", "Ada").stdout == "hello Ada\n"
    assert desk.aetherflow("tools", "call", "add", "--params", '{"a": 1, "b": 2}').json == {"sum": 3}


def test_doctor_and_plugin_test_find_nothing_wrong(desk: Project) -> None:
    assert desk.aetherflow("plugins", "doctor", "--strict").exit_code == 0
    assert desk.aetherflow("dev", "plugin-test", "plugins", "--strict").exit_code == 0
