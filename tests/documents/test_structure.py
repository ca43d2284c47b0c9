"""Every departure from the documents' form is one finding in the user's words, and what can be kept is kept."""

import pytest

from tests.documents.reading import flow_findings, repaired, shown, under

BROKEN = """\
version: 1
flow:
  id: my flow
jobs:
  - id: a
    needs: b
    steps:
      - id: pull
        typ: log
        on_no_data: skip
      - 5
  - id: b
    steps: []
"""


def test_all_findings_come_in_one_go_in_order_of_place() -> None:
    assert (
        shown(flow_findings(BROKEN), BROKEN)
        == """\
error[AF-S106]: "my flow" is no valid id
 --> flow.yaml:3:7
  |
3 |   id: my flow
  |       ^^^^^^^
  |
  = an id is a letter or "_", then up to 63 letters, digits, "_" or "-"

error[AF-S101]: unknown key "needs" in a job
 --> flow.yaml:6:5
  |
6 |     needs: b
  |     ^^^^^ did you mean "depends_on"?

error[AF-S103]: "needs" must be a list of strings, found a string
 --> flow.yaml:6:12
  |
6 |     needs: b
  |            ^
  |
  = write [b]

error[AF-S101]: unknown key "typ" in a step
 --> flow.yaml:9:9
  |
9 |         typ: log
  |         ^^^ did you mean "type"?

error[AF-S105]: "on_no_data" cannot be "skip"
  --> flow.yaml:10:21
   |
10 |         on_no_data: skip
   |                     ^^^^ did you mean "skip_job"?
   |
   = write one of: continue, skip_job

error[AF-S103]: "steps[1]" must be a mapping (a step), found an integer
  --> flow.yaml:11:9
   |
11 |       - 5
   |         ^

error[AF-S104]: "steps" is empty: at least one of its steps must stand here
  --> flow.yaml:13:5
   |
13 |     steps: []
   |     ^^^^^

7 errors"""
    )


def test_what_can_be_kept_is_kept() -> None:
    definition = repaired(BROKEN).definition
    assert definition.flow.id == "my flow"
    first, second = definition.jobs
    assert (first.id, first.depends_on, second.id) == ("a", ["b"], "b")
    assert (first.steps[0].id, first.steps[0].type, first.steps[0].on_no_data) == ("pull", "log", "continue")


def test_what_nobody_wrote_has_a_name_that_begins_with_nul() -> None:
    definition = repaired(BROKEN).definition
    placeholders = [definition.jobs[0].steps[1], definition.jobs[1].steps[0]]
    assert [(step.id[0], step.type[0]) for step in placeholders] == [("\0", "\0")] * 2


def test_a_quoted_version_is_told_to_lose_its_quotes() -> None:
    text = 'version: "1"\nflow: {id: f}\njobs: [{id: j, steps: [{id: s, type: log}]}]\n'
    (finding,) = flow_findings(text)
    assert (finding.code, finding.message) == ("AF-S105", '"version" cannot be "1"')
    assert (finding.label, finding.hint) == (None, "remove the quotes")


def flow_with(step: str = "", job: str = "", top: str = "") -> str:
    """Give a right flow with one more line in its step, its job or at its top."""
    steps = f"    steps:\n      - id: s\n        type: log\n        {step}\n"
    return f"flow: {{id: f}}\n{top}\njobs:\n  - id: j\n    {job}\n{steps}"


@pytest.mark.parametrize(
    ("step", "message", "hint"),
    [
        ("inputs: [a]", '"inputs" must be a mapping, found a list', None),
        ("inputs:", '"inputs" must be a mapping, found nothing', "give it a value, or remove the key"),
        ("when: 5", '"when" must be a boolean or a string, found an integer', "put it in quotes"),
        ("timeout_seconds: 0", '"timeout_seconds" must be above 0, found 0', None),
        ('timeout_seconds: "60"', '"timeout_seconds" must be a number, found a string', "remove the quotes"),
        (
            'timeout_seconds: "{{params.t}}"',
            '"timeout_seconds" must be a number, found a string',
            "templates are not read here; write the value itself",
        ),
        ("effects: never", '"effects" cannot be "never"', "write one of: idempotent, once, pure"),
        ("effects: 5", '"effects" cannot be an integer', "write one of: idempotent, once, pure"),
        (
            "retry: {jitter: yes}",
            '"jitter" must be true or false, found a string',
            "write true or false: in YAML 1.2 every other word is a string",
        ),
        ("retry: {max_attempts: 0}", '"max_attempts" must be at least 1 and at most 1000, found 0', None),
        ("retry: {max_attempts: 1.0}", '"max_attempts" must be an integer, found a decimal number', None),
        ("retry: {max_attempts: true}", '"max_attempts" must be an integer, found a boolean', None),
        ("retry: {on_exit_codes: 5}", '"on_exit_codes" must be a list of integers, found an integer', None),
        ("retry: 3", '"retry" must be a mapping (a retry policy), found an integer', None),
        ("command: ls", 'unknown key "command" in a step', 'what the step itself takes stands under "inputs"'),
        ("description: 5", '"description" must be a string, found an integer', "put it in quotes"),
    ],
)
def test_a_mistake_in_a_step_is_one_finding(step: str, message: str, hint: str | None) -> None:
    assert [(finding.message, finding.hint) for finding in flow_findings(flow_with(step=step))] == [(message, hint)]


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ("resources: {db: {kind: db}}", 'a resource has no "driver"'),
        ("resources: {db: 5}", '"db" must be a mapping (a resource), found an integer'),
        ("resources: []", '"resources" must be a mapping, found a list'),
        ("params: {day: {type: date}}", '"type" cannot be "date"'),
        ("handlers: {on_exit: {id: a, type: log}}", '"on_exit" must be a list of steps, found a mapping'),
        ("handlers: {on_exit: [{id: a}]}", 'step "a" has no "type"'),
        ("Flow: {}", 'unknown key "Flow" in a flow document'),
        ("version: yes", '"version" cannot be "yes"'),
    ],
)
def test_a_mistake_in_the_document_is_one_finding(top: str, message: str) -> None:
    assert [finding.message for finding in flow_findings(flow_with(top=top))] == [message]


def test_a_missing_key_points_at_what_lacks_it() -> None:
    text = "flow: {}\njobs:\n  - id: a\n    description: x\n"
    found = [(finding.message, under(finding.span, text)) for finding in flow_findings(text) if finding.span]
    assert found == [('the "flow" section has no "id"', "flow"), ('job "a" has no "steps"', "id: a")]


def test_a_document_that_is_no_mapping_is_a_finding() -> None:
    assert [finding.message for finding in flow_findings("- a\n")] == [
        "the document must be a mapping (a flow document), found a list"
    ]
    assert [finding.message for finding in flow_findings("just text\n")] == [
        "the document must be a mapping (a flow document), found a string"
    ]


def test_an_id_with_a_line_break_at_its_end_is_refused() -> None:
    text = flow_with().replace("id: j", 'id: "j\\n"')
    assert [finding.code for finding in flow_findings(text)] == ["AF-S106"]


def test_a_key_at_the_top_that_begins_with_x_is_ignored() -> None:
    assert flow_findings(flow_with(top="x-anything: [1, {a: b}]")) == []


def test_a_key_inside_that_begins_with_x_is_unknown() -> None:
    assert [finding.code for finding in flow_findings(flow_with(job="x-note: 1"))] == ["AF-S101"]


def test_a_misspelt_key_does_not_count_as_missing() -> None:
    text = "flow: {id: a}\njobs:\n  - id: b\n    step: [{id: c, type: log}]\n"
    assert [finding.label for finding in flow_findings(text)] == ['did you mean "steps"?']
    assert repaired(text).definition.jobs[0].steps[0].type == "log"
