"""Files and texts behind yaml:// and json://, and standard input."""

import json

import pytest

from tests.compilers.flows import FLOW, finding, findings
from tests.support.project import Project

JSON = {"flow": {"id": "a"}, "jobs": [{"id": "b", "steps": [{"id": "c", "type": "log", "inputs": {"message": "hi"}}]}]}


def test_what_is_neither_a_file_nor_a_text_is_told(project: Project) -> None:
    project.write("flow.yaml", FLOW)
    for scheme in ("yaml", "json"):
        assert finding(project, f"{scheme}://flwo.yaml") == (
            f'AF-Y010 there is no file "{scheme}://flwo.yaml" | did you mean "flow.yaml"?'
        )


def test_a_file_comes_before_a_text(project: Project) -> None:
    project.write("{a}", FLOW)
    assert findings(project, "yaml://{a}") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"flow": {"id": "a"},}', "AF-C124 this is no JSON: expecting property name enclosed in double quotes"),
        ("{flow: {id: a}}", "AF-C124 this is no JSON: expecting property name enclosed in double quotes"),
        ('{"flow": NaN}', "AF-S"),
        ('{"flow": 1}{', "AF-C124 this is no JSON: extra data"),
    ],
)
def test_behind_json_stands_json_to_the_letter(text: str, told: str, project: Project) -> None:
    assert findings(project, f"json://{text}")[0].startswith(told)


def test_what_is_no_json_is_told_with_its_line(project: Project) -> None:
    project.write("flow.json", '{\n  "flow": {"id": "a"},\n}\n')
    assert project.aetherflow("validate", "json://flow.json").stdout == (
        """\
error[AF-C124]: this is no JSON: expecting property name enclosed in double quotes
 --> json://flow.json:3:1
  |
3 | }
  | ^
  |
  = write JSON; what is YAML has the scheme `yaml://`

1 error
"""
    )


@pytest.mark.parametrize("message", ["\U0001f600 ü", 'a"b\\c', "\\ud83d", "a\tb\n", "x/y"])
@pytest.mark.parametrize("form", [{}, {"ensure_ascii": False}, {"indent": "\t"}])
def test_json_means_what_it_means(message: str, form: dict[str, object], project: Project) -> None:
    document = json.loads(json.dumps(JSON))
    document["jobs"][0]["steps"][0] |= {"inputs": {"message": message}, "outputs": {"said": "{{result.message}}"}}
    document["jobs"][0]["steps"][0]["outputs"] = {"said": "{{result.message}}"}
    text = json.dumps(document, **form).replace("/", "\\/")  # type: ignore[arg-type]  # options of json.dumps
    outcome = project.aetherflow("run", f"json://{text}", "--json")
    assert outcome.exit_code == 0, outcome.stdout + outcome.stderr
    assert outcome.json["jobs"]["b"]["outputs"] == {"said": message}


def test_a_file_of_another_machine_and_a_folder_are_told(project: Project) -> None:
    assert finding(project, "file://host/flow.yaml").startswith("AF-Y014 ")
    assert finding(project, f"file://{project.root}").startswith("AF-Y011 ")
    assert finding(project, f"yaml://{project.root}").startswith("AF-Y011 ")


def test_profiles_lie_beside_the_file_behind_a_scheme(project: Project) -> None:
    project.write("flows/flow.yaml", FLOW + "resources: {d: {kind: db, driver: sqlite3, profile: local}}\n")
    project.write("flows/profiles.yaml", "local: {config: {path: ':memory:'}}\n")
    for name in ("flows/flow.yaml", "yaml://flows/flow.yaml", f"file://{project.root}/flows/flow.yaml"):
        assert findings(project, name) == []


def test_a_scheme_that_nobody_has_is_told_with_the_nearest(project: Project) -> None:
    assert finding(project, "htps://x") == 'AF-Y013 nothing here reads flows from "htps://" | did you mean "https"?'
    assert finding(project, "gopher://flows/a").startswith(
        'AF-Y013 nothing here reads flows from "gopher://" | flows come'
    )
