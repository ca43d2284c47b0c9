"""What failed in a run, as findings with a place."""

from aetherflow.core.contracts.diagnostic import Severity
from tests.runner.conftest import Runner

FLOW = """\
version: 1
flow: {id: f}
jobs:
  - id: plain
    continue_on_error: true
    steps:
      - {id: ok, type: log, inputs: {message: ok}}
      - {id: bad, type: fail, inputs: {message: boom}}
  - id: loop
    for_each: [1, 2]
    steps: [{id: bad, type: fail, when: "index == 1", inputs: {message: "no {{item}}"}}]
  - {id: gate, when: 'params.n < "x"', steps: [{id: s, type: log, inputs: {message: s}}]}
  - {id: blocked, depends_on: [loop], steps: [{id: s, type: log, inputs: {message: s}}]}
params: {n: {type: integer, default: 1}}
handlers:
  on_exit: [{id: bye, type: fail, inputs: {message: bye}}]
"""


def test_everything_that_failed_is_a_finding_and_nothing_else_is(runner: Runner):
    findings = runner.run(FLOW).diagnostics
    assert {finding.code for finding in findings} == {"AF-R301"}
    assert [(finding.span.line, finding.message) for finding in findings if finding.span] == [
        (8, "step plain.bad failed: boom"),
        (11, "step loop[1].bad failed: no 2"),
        (
            12,
            'job "gate" failed: when: "<" cannot compare a number and a string: params.n is a number, "x" is a string',
        ),
        (16, "step handlers.on_exit.bye failed: bye"),
    ]


def test_a_tolerated_failure_is_a_warning(runner: Runner):
    tolerated = [finding for finding in runner.run(FLOW).diagnostics if finding.severity is Severity.WARNING]
    assert [finding.message for finding in tolerated] == ["step plain.bad failed: boom"]


def test_a_work_root_that_cannot_be_written_stops_the_run_before_it_begins(project):
    project.write(
        "flow.yaml", "version: 1\nflow: {id: f}\njobs: [{id: a, steps: [{id: s, type: log, inputs: {message: x}}]}]"
    )
    outcome = project.aetherflow("run", "flow.yaml", AETHERFLOW_WORK_ROOT="/proc/nowhere")
    assert outcome.exit_code == 2
    assert "AF-R124" in outcome.stderr
    assert "started" not in outcome.stderr


def test_what_is_wrong_with_flow_params_and_jobs_is_told_in_one_go(project):
    project.write("flow.yaml", "version: 1\nflow: {id: f}\njobs: [{id: a, steps: [{id: s, type: lag}]}]")
    outcome = project.aetherflow("run", "flow.yaml", "--param", "zz=1", "--job", "qq")
    assert outcome.exit_code == 2
    for code in ("AF-F204", "AF-F301", "AF-F303"):
        assert code in outcome.stderr


def test_steps_know_the_folder_of_their_flow(runner: Runner):
    result = runner.run("""
        version: 1
        flow: {id: f}
        jobs:
          - id: a
            steps:
              - {id: said, type: log, inputs: {message: "{{run.flow_dir}}"}}
              - {id: seen, type: external.process, inputs: {command: "echo $AETHERFLOW_FLOW_DIR", shell: true}}
    """)
    steps = result.jobs["a"].steps
    assert steps["said"].outputs["message"] == steps["seen"].outputs["stdout"] == str(runner.root)
