"""`aetherflow graph`: the drawing is the result; a flow that cannot run is shown its findings."""

import pytest

from tests.cli import flows
from tests.support.project import Project


@pytest.mark.parametrize(
    ("form", "start"), [("text", "daily: 2 jobs, 1 edge"), ("mermaid", "flowchart TD\n"), ("dot", 'digraph "daily" {')]
)
def test_the_drawing_is_the_result(project: Project, form: str, start: str) -> None:
    project.write("flow.yaml", flows.FAILING)
    outcome = project.aetherflow("graph", "flow.yaml", "--to", form)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout.startswith(start)


def test_text_is_the_default_and_json_holds_everything(project: Project) -> None:
    project.write("flow.yaml", flows.FAILING)
    assert (
        project.aetherflow("graph", "flow.yaml").stdout
        == project.aetherflow("graph", "flow.yaml", "--to", "text").stdout
    )
    drawn = project.aetherflow("graph", "flow.yaml", "--json").json
    assert drawn.keys() == {"flow_id", "jobs", "edges"}
    assert drawn["edges"] == [{"before": "load", "after": "report", "kind": "depends_on"}]


def test_a_flow_that_cannot_run_is_not_drawn(project: Project) -> None:
    project.write("flow.yaml", flows.WRONG)
    outcome = project.aetherflow("graph", "flow.yaml", "--to", "dot")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith('error[AF-F204]: unknown step type "external.proces"')
    assert project.aetherflow("graph", "flow.yaml", "--json").json["ok"] is False


def test_two_forms_exclude_each_other(project: Project) -> None:
    outcome = project.aetherflow("graph", "flow.yaml", "--json", "--to", "dot")
    assert outcome.exit_code == 2
    assert "--json and --to dot exclude each other" in outcome.stderr
