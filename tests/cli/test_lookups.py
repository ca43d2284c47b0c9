"""`plugins list`, `schema`, `explain`, and the shell's completion."""

import json

from aetherflow.core.diagnostics.pages import all_pages
from tests.support.project import Project

FIELDS = {"name", "version", "origin", "path", "trust", "digest", "load_order", "provides"}


def test_plugins_list_names_what_flows_can_name(project: Project) -> None:
    outcome = project.aetherflow("plugins", "list")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("aetherflow ")
    assert "  step       external.process  " in outcome.stdout
    assert "  connector  db:sqlite3        " in outcome.stdout


def test_plugins_list_as_json_has_every_field(project: Project) -> None:
    listed = project.aetherflow("plugins", "list", "--json").json
    assert listed.keys() == {"mode", "plugins", "overrides", "refused"}
    (builtins,) = listed["plugins"]
    assert builtins.keys() == FIELDS
    assert {"kind", "name", "file", "line"} <= builtins["provides"][0].keys()


def test_schema_checks_the_inputs_of_installed_step_types(project: Project) -> None:
    schema = project.aetherflow("schema", "flow").json
    assert "external.process" in json.dumps(schema)
    assert project.aetherflow("schema", "profiles").json["title"]


def test_explain_prints_the_page_of_a_code(project: Project) -> None:
    page = all_pages()[0]
    outcome = project.aetherflow("explain", page.code.lower())
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(f"{page.code}: {page.title}\n")
    assert "What to do:" in outcome.stdout
    assert project.aetherflow("explain", page.code.removeprefix("AF-")).stdout == outcome.stdout


def complete(project: Project, line: str) -> list[str]:
    """Give what bash would be offered at the end of a line."""
    words = line.split(" ")
    return project.aetherflow(
        _AETHERFLOW_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
    ).stdout.split()


def test_the_shell_completes_commands_options_and_choices(project: Project) -> None:
    assert complete(project, "aetherflow va") == ["validate"]
    assert complete(project, "aetherflow plugins ") == ["list"]
    assert complete(project, "aetherflow run --res") == ["--resume"]
    assert complete(project, "aetherflow validate --format s") == ["sarif"]
    assert complete(project, "aetherflow schema ") == ["flow", "profiles"]


def test_an_empty_wish_for_completion_is_none(project: Project) -> None:
    assert project.aetherflow("plugins", "list", _AETHERFLOW_COMPLETE="").stdout.startswith("aetherflow ")


def test_the_completion_script_can_be_printed(project: Project) -> None:
    outcome = project.aetherflow("--show-completion", SHELL="/bin/bash")
    assert outcome.exit_code in (0, 1)  # 1 where no shell can be told
    assert "Traceback" not in outcome.stderr
