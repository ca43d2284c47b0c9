"""The example plugins run as they stand, do what their headers say, and are what they should be copied for."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.architecture.source import documentation, modules
from tests.support.blocks import lines_in
from tests.support.project import REPOSITORY, Outcome, Project

EXAMPLES = REPOSITORY / "plugins_example"
FOLDER_PLUGIN = EXAMPLES / "folder_plugin"
FLOW = EXAMPLES / "folder_plugin_flow.yaml"
PACKAGE = EXAMPLES / "my-org-aetherflow-plugin" / "src" / "my_org_aetherflow_plugin"


@pytest.fixture
def checkout(tmp_path: Path) -> Project:
    """Give a project from whose folder the examples are named as their headers do."""
    (tmp_path / "plugins_example").symlink_to(EXAMPLES)
    return Project(tmp_path)


def test_the_folder_plugins_flow_is_valid_without_a_finding(project: Project) -> None:
    outcome = project.aetherflow("validate", FLOW, "--plugin-path", FOLDER_PLUGIN, "--json")
    assert (outcome.exit_code, outcome.json["diagnostics"]) == (0, [])


def test_the_command_of_the_readme_runs_the_folder_plugin(checkout: Project) -> None:
    (command,) = lines_in((EXAMPLES / "README.md").read_text(encoding="utf-8"), "sh")
    outcome = checkout.aetherflow(*command.split()[1:], "--json")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.json["jobs"]["keep"]["outputs"] == {"stored": "hello"}


def test_the_folder_plugins_command_greets(project: Project) -> None:
    outcome = project.aetherflow("greet", "Ada", "--times", "2", AETHERFLOW_PLUGIN_PATHS=str(FOLDER_PLUGIN))
    assert (outcome.exit_code, outcome.stdout) == (0, "hello Ada\nhello Ada\n")


def test_the_folder_plugins_calculator_computes_in_the_flow(project: Project) -> None:
    outcome = project.aetherflow("run", FLOW, "--plugin-path", FOLDER_PLUGIN, "--param", "cups=4", "--json")
    assert outcome.json["jobs"]["pay"]["outputs"] == {"price": 10.0}


COMPUTED = [("2 * (3 + 4)", 14), ("-7 // 2", -4), ("2 ** -1", 0.5), (" 1.5 % 1", 0.5), ("2 ** 2 ** 3", 256)]
NOT_COMPUTED = [
    ("9 ** 9 ** 9", "an exponent is beyond 64"),
    ("1 / 0", "division by zero"),
    ("10 ** 64", "a value is no number, or too large"),
    ("1e308 * 10", "a value is no number, or too large"),
    ("(-1) ** 0.5", "a value is no number, or too large"),
    ("__import__('os')", "only numbers, + - * / // % ** and parentheses may stand in it"),
    ("'a' * 9", "only numbers, + - * / // % ** and parentheses may stand in it"),
    ("2 +", "it is no expression"),
    ("(" * 150, "it is no expression"),
    ("", "it is no expression"),
    ("1" * 201, "it has more than 200 characters"),
]


def call(project: Project, name: str, params: object) -> Outcome:
    return project.aetherflow("tools", "call", name, "--params", json.dumps(params), "--plugin-path", FOLDER_PLUGIN)


@pytest.mark.parametrize(("expression", "value"), COMPUTED)
def test_the_folder_plugins_calculator_computes(project: Project, expression: str, value: float) -> None:
    outcome = call(project, "calculator.evaluate", {"expression": expression})
    assert (outcome.exit_code, outcome.json) == (0, {"value": value})


@pytest.mark.parametrize(("expression", "problem"), NOT_COMPUTED)
def test_the_folder_plugins_calculator_takes_nothing_else(project: Project, expression: str, problem: str) -> None:
    outcome = call(project, "calculator.evaluate", {"expression": expression})
    assert (outcome.exit_code, outcome.stderr) == (1, f"error: cannot compute {expression!r}: {problem}\n")


def test_the_folder_plugins_function_is_a_tool(project: Project) -> None:
    assert call(project, "mean", {"numbers": [1, 2, 6]}).json == {"value": 3.0}
    assert call(project, "tool.folder_plugin.mean", {"numbers": []}).exit_code == 2


@pytest.mark.parametrize(("value", "status"), [("hi", "SUCCESS"), ("", "SKIPPED")])
def test_an_empty_value_skips_the_folder_plugins_job(project: Project, value: str, status: str) -> None:
    outcome = project.aetherflow("run", FLOW, "--plugin-path", FOLDER_PLUGIN, "--param", f"value={value}", "--json")
    assert (outcome.exit_code, outcome.json["jobs"]["keep"]["status"]) == (0, status)


def test_a_hook_of_the_folder_plugin_takes_blanks_away(project: Project) -> None:
    outcome = project.aetherflow("run", FLOW, "--plugin-path", FOLDER_PLUGIN, "--param", "value=  hi ", "--json")
    assert outcome.json["jobs"]["keep"]["outputs"] == {"stored": "hi"}


def test_a_hook_of_the_folder_plugin_vetoes_a_place_where_nothing_can_be_kept(project: Project) -> None:
    outcome = project.aetherflow("run", FLOW, "--plugin-path", FOLDER_PLUGIN, "--param", "database=/proc/x", "--json")
    job = outcome.json["jobs"]["keep"]
    assert (job["status"], job["reason"]) == (
        "SKIPPED",
        'vetoed by plugin "folder_plugin": a database cannot be kept below /proc',
    )


def test_the_folder_plugin_keeps_what_it_is_given_in_a_database(project: Project) -> None:
    project.aetherflow("run", FLOW, "--plugin-path", FOLDER_PLUGIN, "--param", "database=notes.db")
    assert b"hello" in (project.root / "notes.db").read_bytes()


def test_validate_finds_a_wrong_input_of_the_example_steps(project: Project) -> None:
    flow = project.write("flow.yaml", FLOW.read_text(encoding="utf-8").replace("{value: ", "{valeu: "))
    outcome = project.aetherflow("validate", flow, "--plugin-path", FOLDER_PLUGIN)
    assert outcome.exit_code == 2
    assert 'did you mean "value"?' in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("plugin", [FOLDER_PLUGIN, PACKAGE], ids=lambda path: path.name)
def test_doctor_has_nothing_to_say_of_the_examples(project: Project, plugin: Path) -> None:
    copied = project.root / plugin.name
    shutil.copytree(plugin, copied)
    for path in (copied, *copied.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o022)  # a checkout may let the group write
    outcome = project.aetherflow("plugins", "doctor", "--plugin-path", copied, "--json")
    # What is about no plugin is about the Python that runs the tests: what it runs when it starts.
    assert [each for each in outcome.json["diagnostics"] if each["plugin"]] == []
    assert outcome.exit_code == 0


def test_nobody_is_told_to_install_what_pypi_has_under_our_name() -> None:
    pages = [
        *documentation().items(),
        *((path, path.read_text(encoding="utf-8")) for path in EXAMPLES.rglob("README.md")),
        *modules().items(),
    ]
    bare = re.compile(r"pip install [^`\n]*(?<![\w./-])aetherflow(?![\w\[/-])")
    assert [str(path) for path, text in pages if bare.search(text)] == []


def test_the_packages_two_descriptions_of_itself_agree() -> None:
    project = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    manifest = yaml.safe_load((PACKAGE / "aetherflow-plugin.yaml").read_text(encoding="utf-8"))
    assert {key: manifest[key] for key in ("name", "version", "description", "author")} == {
        **{key: project[key] for key in ("name", "version", "description")},
        "author": project["authors"][0]["name"],
    }
    assert project["dependencies"] == [f"aetherflow{manifest['compatible_versions']}"]
