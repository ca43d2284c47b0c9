"""A document becomes a typed flow."""

from aetherflow.core.documents.flow_reader import load_flow
from tests.documents.reading import flow, flow_findings, read, shown, under

FLOW = """\
version: 1
flow: {id: daily}
x-anchors: {retry: &retry {max_attempts: 3}}
params:
  day: {type: string}
jobs:
  - id: extract
    steps:
      - id: pull
        type: external.process
        inputs: {command: [ls]}
        retry: *retry
"""


def test_a_flow_is_typed() -> None:
    definition = flow(FLOW).definition
    assert definition.flow.id == "daily"
    assert definition.params["day"].type == "string"
    step = definition.jobs[0].steps[0]
    assert (step.id, step.type, step.inputs) == ("pull", "external.process", {"command": ["ls"]})
    assert step.retry.max_attempts == 3


def test_the_version_may_be_left_out() -> None:
    assert flow("flow: {id: a}\njobs: [{id: b, steps: [{id: c, type: log}]}]").definition.version == 1


def test_spans_are_asked_for_by_the_flows_own_paths() -> None:
    loaded = flow(FLOW)
    assert under(loaded.span("jobs", 0, "steps", 0, "type"), FLOW) == "external.process"
    assert under(loaded.span("jobs", 0, "steps", 0, "inputs", key=True), FLOW) == "inputs"
    assert under(loaded.find(("jobs", 0, "steps", 0, "type"), "process"), FLOW) == "process"


def test_another_version_is_the_only_finding() -> None:
    text = "version: 2\nflow: {idd: a}\n"
    assert (
        shown(flow_findings(text), text)
        == """\
error[AF-S201]: flow documents of version 2 are not known to this version of AetherFlow
 --> flow.yaml:1:10
  |
1 | version: 2
  |          ^
  |
  = write `version: 1`, or install a newer AetherFlow

1 error"""
    )
    assert load_flow(read(text)).flow is None


def test_a_version_in_quotes_is_a_mistake_like_others() -> None:
    text = 'version: "1"\nflow: {id: a}\njobs: [{id: b, steps: [{id: c, type: log}]}]'
    assert [finding.message for finding in flow_findings(text)] == ['"version" cannot be "1"']


WORKFLOWS = """\
version: 1
params:
  day: {default: "1"}
  hour: {default: "2"}
workflows:
  load:
    flow: {id: load}
    params: {day: {default: "3"}}
    jobs: [{id: a, steps: [{id: s, type: log}]}]
  clean:
    flow: {id: clean}
    jobs: [{id: b, steps: [{id: s, type: fail}]}]
"""


def test_a_workflow_is_chosen_by_name() -> None:
    assert flow(WORKFLOWS, "clean").definition.flow.id == "clean"


def test_spans_of_a_workflow_lead_into_it() -> None:
    loaded = flow(WORKFLOWS, "clean")
    assert loaded.prefix == ("workflows", "clean")
    assert under(loaded.span("jobs", 0, "steps", 0, "type"), WORKFLOWS) == "fail"


def test_what_stands_beside_the_workflows_is_shared() -> None:
    loaded = flow(WORKFLOWS, "load")
    assert {name: param.default for name, param in loaded.definition.params.items()} == {"day": "3", "hour": "2"}
    assert loaded.span("params", "hour", "default").line == 4
    assert loaded.span("params", "day", "default").line == 8


def test_the_only_workflow_needs_no_name() -> None:
    text = "workflows: {one: {flow: {id: a}, jobs: [{id: b, steps: [{id: c, type: log}]}]}}"
    assert flow(text).definition.flow.id == "a"


def test_several_workflows_need_a_name() -> None:
    (finding,) = flow_findings(WORKFLOWS)
    assert (finding.code, finding.message, finding.hint) == (
        "AF-S302",
        "the document holds 2 workflows; say which one is meant",
        "add --workflow with one of: load, clean",
    )


def test_an_unknown_workflow_has_a_suggestion() -> None:
    (finding,) = flow_findings(WORKFLOWS, "loadd")
    assert (finding.code, finding.message, finding.label) == (
        "AF-S303",
        'there is no workflow "loadd" in this document',
        'did you mean "load"?',
    )


def test_a_workflow_named_for_a_document_with_one_flow_is_a_finding() -> None:
    (finding,) = flow_findings(FLOW, "load")
    assert (finding.code, finding.message) == (
        "AF-S303",
        'there is no workflow "load": the document holds one flow',
    )


def test_jobs_beside_workflows_are_a_finding() -> None:
    text = "jobs: []\nworkflows: {one: {flow: {id: a}, jobs: [{id: b, steps: [{id: c, type: log}]}]}}"
    (finding,) = flow_findings(text)
    assert (finding.code, finding.message) == ("AF-S301", '"jobs" cannot stand beside "workflows"')


def test_an_unknown_key_beside_workflows_is_a_finding() -> None:
    text = WORKFLOWS + "resource: {}\n"
    (finding,) = flow_findings(text, "load")
    assert (finding.code, finding.label) == ("AF-S101", 'did you mean "resources"?')


def test_workflows_that_are_no_mapping_are_a_finding() -> None:
    assert [finding.code for finding in flow_findings("workflows: [a]")] == ["AF-S103"]
    assert [finding.code for finding in flow_findings("workflows: {}")] == ["AF-S103"]


def test_a_mistake_inside_a_workflow_has_its_path_in_the_document() -> None:
    text = WORKFLOWS.replace("type: fail", "typ: fail")
    (finding,) = flow_findings(text, "clean")
    assert finding.path == ("workflows", "clean", "jobs", 0, "steps", 0, "typ")


def test_a_mistake_in_what_is_shared_has_its_path_in_the_document() -> None:
    text = WORKFLOWS.replace('hour: {default: "2"}', "hour: {dfault: 2}")
    (finding,) = flow_findings(text, "clean")
    assert (finding.path, finding.span and finding.span.line) == (("params", "hour", "dfault"), 4)
