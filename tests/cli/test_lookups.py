"""`plugins list`, `schema`, `explain`, and the shell's completion."""

import json

import pytest
from jsonschema import Draft202012Validator

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
    assert {"mode", "plugins", "overrides", "refused"} <= listed.keys()
    (builtins,) = listed["plugins"]
    assert builtins.keys() >= FIELDS
    assert {"kind", "name", "file", "line"} <= builtins["provides"][0].keys()


def test_schema_checks_the_inputs_of_installed_step_types(project: Project) -> None:
    schema = project.aetherflow("schema", "flow").json
    assert "external.process" in json.dumps(schema)


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ("flow", "AetherFlow flow"),
        ("profiles", "AetherFlow profiles"),
        ("manifest", "AetherFlow manifest"),
        ("plugins", "AetherFlow plugins file"),
        ("plugin", "AetherFlow plugin manifest"),
    ],
)
def test_schema_knows_every_document(project: Project, document: str, title: str) -> None:
    schema = project.aetherflow("schema", document).json
    assert schema["title"] == title
    Draft202012Validator.check_schema(schema)


GREET = """
from aetherflow.core.api import Step, register_step

@register_step("greet")
class Greet(Step):
    input_schema = {"type": "object", "properties": {"who": {"type": "string"}}, "required": ["who"]}

    def run(self, ctx, inputs):
        return {}
"""


def test_schema_has_the_step_types_of_plugins_that_are_named(project: Project) -> None:
    project.write("plugins/greet.py", GREET)
    schema = project.aetherflow("schema", "flow", "--plugin-path", "plugins").json
    flow = {"flow": {"id": "a"}, "jobs": [{"id": "b", "steps": [{"id": "c", "type": "greet", "inputs": {}}]}]}
    assert [error.message for error in Draft202012Validator(schema).iter_errors(flow)] == [
        "'who' is a required property"
    ]


def test_schema_tells_on_stderr_what_is_wrong_with_plugins(project: Project) -> None:
    outcome = project.aetherflow("schema", "flow", "--plugin-path", "nowhere")
    assert outcome.exit_code == 0
    assert outcome.json["title"] == "AetherFlow flow"
    assert outcome.stderr.splitlines()[0] == (
        'error: the plugin path "nowhere" of --plugin-path does not exist (AF-P102)'
    )


@pytest.mark.parametrize(
    ("text", "exit_code", "message"),
    [
        ("mode: entreprise", 2, 'error[AF-P101]: the mode "entreprise" of the manifest is unknown'),
        ("bundle: {id: a}", 2, 'error[AF-S102]: bundle "a" has no "source"'),
        ("trust: {signers: [a]}", 3, 'error[AF-P701]: "trust.signers" cannot be met: '),
    ],
)
def test_schema_of_a_flow_needs_a_manifest_that_holds(
    project: Project, text: str, exit_code: int, message: str
) -> None:
    project.write("manifest.yaml", f"version: 1\n{text}\n")
    outcome = project.aetherflow("schema", "flow", "--bundle-manifest", "manifest.yaml")
    assert (outcome.exit_code, outcome.stdout) == (exit_code, "")
    assert outcome.stderr.startswith(message)


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
    assert {"list", "why"} <= set(complete(project, "aetherflow plugins "))
    assert complete(project, "aetherflow run --res") == ["--resume"]
    assert complete(project, "aetherflow validate --format s") == ["sarif"]
    assert complete(project, "aetherflow schema ") == ["flow", "profiles", "manifest", "plugins", "plugin"]


def test_an_empty_wish_for_completion_is_none(project: Project) -> None:
    assert project.aetherflow("plugins", "list", _AETHERFLOW_COMPLETE="").stdout.startswith("aetherflow ")


def test_the_completion_script_can_be_printed(project: Project) -> None:
    outcome = project.aetherflow("--show-completion", SHELL="/bin/bash")
    assert outcome.exit_code in (0, 1)  # 1 where no shell can be told
    assert "Traceback" not in outcome.stderr
