"""Jobs, gates and statuses, as a user sees them in the result."""

from aetherflow.core.api import STEP_SKIPPED, StepResult, register_step
from aetherflow.core.contracts.status import JobStatus, RunStatus
from tests.runner.conftest import Runner

DIAMOND = """
version: 1
flow: {id: diamond}
jobs:
  - id: last
    depends_on: [left, right]
    steps: [{id: s, type: log, inputs: {message: "{{jobs.left.outputs.word}} {{jobs.right.outputs.word}}"}}]
  - id: left
    depends_on: [first]
    steps: [{id: s, type: log, inputs: {message: left}, outputs: {word: "{{result.message}}"}}]
  - id: right
    depends_on: [first]
    steps: [{id: s, type: log, inputs: {message: right}, outputs: {word: "{{result.message}}"}}]
  - id: first
    steps: [{id: s, type: log, inputs: {message: first}}]
"""


def statuses(result):
    return {job_id: str(report.status) for job_id, report in result.jobs.items()}


@register_step("no.data")
def no_data(ctx, inputs):
    return StepResult(status=STEP_SKIPPED, outputs={"count": 0}, reason="nothing there")


def test_jobs_run_in_file_order_where_their_needs_allow(runner: Runner):
    result = runner.run(DIAMOND)
    assert result.status is RunStatus.SUCCESS
    started = [event.job_id for event in runner.events if event.type == "job_started"]
    assert started == ["first", "left", "right", "last"]
    assert list(result.jobs) == ["last", "left", "right", "first"]
    assert result.jobs["last"].steps["s"].outputs == {"message": "left right"}


def test_a_failed_job_blocks_its_dependents_and_lets_the_others_run(runner: Runner):
    result = runner.run("""
        version: 1
        flow: {id: f}
        jobs:
          - {id: a, steps: [{id: s, type: fail, inputs: {message: broken}}]}
          - {id: b, depends_on: [a], steps: [{id: s, type: log, inputs: {message: b}}]}
          - {id: c, depends_on: [b], steps: [{id: s, type: log, inputs: {message: c}}]}
          - {id: d, steps: [{id: s, type: log, inputs: {message: d}}]}
    """)
    assert result.status is RunStatus.FAILED
    assert statuses(result) == {"a": "FAILED", "b": "BLOCKED", "c": "BLOCKED", "d": "SUCCESS"}
    assert result.jobs["a"].reason == 'step "s": broken'
    assert result.jobs["b"].reason == 'job "a" ended FAILED'


def test_a_job_that_may_fail_satisfies_its_dependents_and_leaves_the_run_alone(runner: Runner):
    result = runner.run("""
        version: 1
        flow: {id: f}
        jobs:
          - {id: a, continue_on_error: true, steps: [{id: s, type: fail, inputs: {message: broken}}]}
          - {id: b, depends_on: [a], steps: [{id: s, type: log, inputs: {message: "{{jobs.a.status}}"}}]}
    """)
    assert result.status is RunStatus.SUCCESS
    assert statuses(result) == {"a": "FAILED", "b": "SUCCESS"}
    assert result.jobs["b"].steps["s"].outputs == {"message": "FAILED"}


def test_a_false_condition_skips_the_job_and_blocks_what_depends_on_it(runner: Runner):
    result = runner.run("""
        version: 1
        flow: {id: f}
        jobs:
          - {id: probe, steps: [{id: s, type: log, inputs: {message: x}, outputs: {word: "{{result.message}}"}}]}
          - {id: a, when: 'jobs.probe.outputs.word == "y"', steps: [{id: s, type: log, inputs: {message: a}}]}
          - {id: b, depends_on: [a], steps: [{id: s, type: log, inputs: {message: b}}]}
          - {id: c, when: 'jobs.a.status == "SKIPPED"', steps: [{id: s, type: log, inputs: {message: c}}]}
    """)
    assert result.status is RunStatus.SUCCESS
    assert statuses(result) == {"probe": "SUCCESS", "a": "SKIPPED", "b": "BLOCKED", "c": "SUCCESS"}
    assert result.jobs["a"].reason == "when is false"


def test_a_step_without_data_lets_its_job_go_on_and_its_missing_outputs_are_null(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        jobs:
          - id: a
            steps:
              - {id: look, type: no.data, outputs: {count: "{{result.count}}", rows: "{{result.rows}}"}}
              - {id: tell, type: log, inputs: {message: "{{steps.look.count}} {{steps.look.rows}}"}}
        """,
        no_data,
    )
    assert statuses(result) == {"a": "SUCCESS"}
    assert result.jobs["a"].outputs == {"count": 0, "rows": None}
    assert result.jobs["a"].steps["tell"].outputs == {"message": "0 null"}


def test_a_step_without_data_can_end_its_job_as_skipped(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        jobs:
          - id: a
            steps:
              - {id: look, type: no.data, on_no_data: skip_job}
              - {id: never, type: fail, inputs: {message: never}}
          - {id: b, depends_on: [a], steps: [{id: s, type: log, inputs: {message: b}}]}
        """,
        no_data,
    )
    assert result.status is RunStatus.SUCCESS
    assert statuses(result) == {"a": "SKIPPED", "b": "BLOCKED"}
    assert list(result.jobs["a"].steps) == ["look"]


def test_a_step_whose_condition_is_false_is_skipped(runner: Runner):
    result = runner.run("""
        version: 1
        flow: {id: f}
        jobs:
          - id: a
            steps:
              - {id: one, type: log, when: false, inputs: {message: x}}
              - {id: two, type: log, when: "steps.one.message == null", inputs: {message: y}}
    """)
    steps = result.jobs["a"].steps
    assert (str(steps["one"].status), steps["one"].reason) == ("SKIPPED", "when is false")
    assert str(steps["two"].status) == "SUCCESS"


def test_fail_fast_starts_nothing_more_and_says_so(project):
    project.write(
        "flow.yaml",
        """
        version: 1
        flow: {id: f}
        jobs:
          - {id: a, steps: [{id: s, type: fail, inputs: {message: broken}}]}
          - {id: b, steps: [{id: s, type: log, inputs: {message: b}}]}
        """,
    )
    outcome = project.aetherflow("run", "flow.yaml", "--fail-fast", "--json")
    assert outcome.exit_code == 1
    assert outcome.json["jobs"]["b"]["status"] == "NOT_RUN"
    assert outcome.json["jobs"]["b"]["reason"] == 'job "a" failed, and --fail-fast stops there'


def test_a_chosen_job_takes_its_needs_along_unless_it_alone_is_wanted(project):
    project.write("flow.yaml", DIAMOND)
    taken = project.aetherflow("run", "flow.yaml", "--job", "left", "--json").json["jobs"]
    assert {job_id for job_id, job in taken.items() if job["status"] == "SUCCESS"} == {"first", "left"}
    assert (taken["last"]["status"], taken["last"]["reason"]) == ("NOT_RUN", "not selected")
    alone = project.aetherflow("run", "flow.yaml", "--job", "left", "--only", "--json").json["jobs"]
    assert {job_id for job_id, job in alone.items() if job["status"] == "SUCCESS"} == {"left"}


def test_every_status_word_is_one_of_the_documented():
    assert list(JobStatus) == ["SUCCESS", "FAILED", "SKIPPED", "BLOCKED", "NOT_RUN"]
    assert list(RunStatus) == ["RUNNING", "SUCCESS", "FAILED", "INTERRUPTED"]
