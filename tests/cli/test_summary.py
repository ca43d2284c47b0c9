"""The end of a run, as people read it."""

import pytest

from aetherflow.cli.console import Verbosity
from aetherflow.cli.render.failures import Heard
from aetherflow.cli.render.summary import render_summary
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.result import ItemReport, JobReport, RunResult, StepReport
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.events.wording import UNICODE_SIGNS
from tests.cli.recording import RecordingConsole
from tests.events.made import event, step_finished

DONE = StepReport(status=StepStatus.SUCCESS)
BROKEN = StepReport(status=StepStatus.FAILED, error="boom")
RESUME = "aetherflow run flow.yaml --resume r1"


def summary(result: RunResult, heard: Heard | None = None, verbosity: Verbosity = Verbosity.NORMAL) -> str:
    console = RecordingConsole(verbosity=verbosity)
    return render_summary(result, heard or Heard(), RESUME, console, UNICODE_SIGNS)


def failed_run() -> tuple[RunResult, Heard]:
    jobs = {
        "extract": JobReport(status=JobStatus.SUCCESS, duration_seconds=1.24, steps={"a": DONE, "b": DONE}),
        "load": JobReport(status=JobStatus.FAILED, duration_seconds=61, steps={"a": DONE, "insert": BROKEN}),
        "report": JobReport(status=JobStatus.BLOCKED, reason='"load" did not end SUCCESS'),
    }
    heard = Heard()
    heard(step_finished("extract.a"))
    heard(step_finished("load.insert", "FAILED", error="exit code 3\n\x1b[1mpsql: refused", hint="look", attempts=2))
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED, duration_seconds=62.5, jobs=jobs)
    return run, heard


def test_a_failed_run_ends_with_its_jobs_its_error_and_the_way_on() -> None:
    assert summary(*failed_run()) == (
        "\n"
        "  ✓  extract  SUCCESS  2 steps       1.2s\n"
        "  ✗  load     FAILED   1 of 2 steps  1m01s\n"
        '  –  report   BLOCKED                       "load" did not end SUCCESS\n'
        "\n"
        "error: step load.insert failed after 2 attempts\n"
        "  exit code 3\n"
        "  psql: refused\n"
        "  = look\n"
        "\n"
        "✗ FAILED daily: run r1 in 1m02s\n"
        "  = to continue: aetherflow run flow.yaml --resume r1\n"
    )


def test_quiet_leaves_the_error_and_the_last_line() -> None:
    told = summary(*failed_run(), verbosity=Verbosity.QUIET)
    assert told.startswith("error: step load.insert failed")
    assert "extract" not in told


def test_a_run_that_succeeded_needs_no_way_on() -> None:
    jobs = {"a": JobReport(status=JobStatus.SUCCESS, duration_seconds=0.5, steps={"x": DONE})}
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.SUCCESS, duration_seconds=0.52, jobs=jobs)
    assert summary(run) == "\n  ✓  a  SUCCESS  1 step  0.5s\n\n✓ SUCCESS daily: run r1 in 0.5s\n"


def test_an_interrupted_run_can_be_continued() -> None:
    heard = Heard()
    heard(step_finished("load.insert", "FAILED", error="interrupted by SIGINT"))
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.INTERRUPTED, interrupted_by=2)
    assert summary(run, heard) == "\n✗ INTERRUPTED daily: run r1 in 0.00s\n  = to continue: " + RESUME + "\n"


def test_a_loop_counts_its_items() -> None:
    items = [ItemReport(index=index, item=index, status=JobStatus.SUCCESS) for index in range(3)]
    jobs = {"a": JobReport(status=JobStatus.SUCCESS, items=items)}
    assert "a  SUCCESS  3 items\n" in summary(
        RunResult(run_id="r1", flow_id="daily", status=RunStatus.SUCCESS, jobs=jobs)
    )


def test_of_two_thousand_jobs_those_that_need_a_look_are_named() -> None:
    jobs = {f"job{number}": JobReport(status=JobStatus.SUCCESS) for number in range(2000)}
    jobs["odd"] = JobReport(status=JobStatus.FAILED)
    told = summary(RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED, jobs=jobs))
    assert "  ✗  odd                  FAILED\n  …  and 2,000 more jobs\n" in told


def test_of_many_failures_the_first_are_told_in_full() -> None:
    heard = Heard()
    for number in range(12):
        heard(step_finished(f"job{number}.x", "FAILED", error="boom"))
    told = summary(RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED), heard)
    assert told.count("error: step") == 10
    assert "and 2 more failures\n" in told


@pytest.mark.parametrize("kind", [EventType.JOB_GATED, EventType.JOB_FINISHED])
@pytest.mark.parametrize("verbosity", [Verbosity.QUIET, Verbosity.NORMAL])
def test_a_job_that_failed_before_its_steps_is_told_in_full(kind: EventType, verbosity: Verbosity) -> None:
    heard = Heard()
    heard(event(kind, "a", status="FAILED", reason='when: ">" cannot compare'))
    jobs = {"a": JobReport(status=JobStatus.FAILED, reason='when: ">" cannot compare')}
    told = summary(RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED, jobs=jobs), heard, verbosity)
    assert 'error: job a failed\n  when: ">" cannot compare\n\n' in told
    assert told.count("cannot compare") == 1


def test_a_job_that_failed_by_its_step_is_told_once() -> None:
    heard = Heard()
    heard(step_finished("a.s", "FAILED", error="boom"))
    heard(event(EventType.JOB_FINISHED, "a", status="FAILED", reason='step "s": boom'))
    told = summary(RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED), heard)
    assert told.count("boom") == told.count("failed") == 1


def test_a_job_that_failed_early_is_measured_by_all_its_steps() -> None:
    heard = Heard()
    heard(event(EventType.RUN_STARTED, jobs=["a"], steps=3, steps_of={"a": 3}))
    jobs = {"a": JobReport(status=JobStatus.FAILED, steps={"x": BROKEN})}
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED, jobs=jobs)
    assert "  ✗  a  FAILED  0 of 3 steps\n" in summary(run, heard)


def at_a_terminal(jobs: dict[str, JobReport], width: int) -> list[str]:
    """Give the table's lines as a terminal shows them."""
    console = RecordingConsole(is_terminal=True, width=width)
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED, jobs=jobs)
    return render_summary(run, Heard(), RESUME, console, UNICODE_SIGNS).splitlines()[1 : len(jobs) + 1]


def test_a_narrow_terminal_shortens_reasons() -> None:
    jobs = {
        "load": JobReport(status=JobStatus.SUCCESS, steps={"x": DONE}),
        "report": JobReport(status=JobStatus.BLOCKED, reason='job "extract_the_data" ended FAILED'),
    }
    assert at_a_terminal(jobs, 50) == [
        "  ✓  load    SUCCESS  1 step",
        '  –  report  BLOCKED            job "extract_the_…',
    ]
    assert at_a_terminal(jobs, 200)[1].endswith('job "extract_the_data" ended FAILED')


def test_a_narrow_terminal_shortens_names_last() -> None:
    jobs = {"extract_all_that_came_in": JobReport(status=JobStatus.BLOCKED, reason="the run was interrupted")}
    assert at_a_terminal(jobs, 40) == ["  –  extract_a…  BLOCKED      the run w…"]
    assert len(at_a_terminal(jobs, 40)[0]) == 40


def tolerated_run() -> tuple[RunResult, Heard]:
    heard = Heard()
    for number in range(12):
        heard(event(EventType.STEP_FINISHED, "a", "s", item=number, status="FAILED", error="boom"))
    jobs = {"a": JobReport(status=JobStatus.FAILED, items=[]), "b": JobReport(status=JobStatus.SUCCESS)}
    warning = Diagnostic(code="AF-R301", message="", severity=Severity.WARNING, path=("jobs", 0, "steps", 0, "id"))
    status = RunStatus.SUCCESS
    return RunResult(run_id="r1", flow_id="daily", status=status, jobs=jobs, diagnostics=[warning]), heard


def test_a_failure_that_is_tolerated_is_a_warning() -> None:
    told = summary(*tolerated_run())
    assert "  ✗  a  FAILED (tolerated)  0 items\n" in told
    assert "warning: step a[0].s failed (continue_on_error: the run goes on)\n  boom\n" in told
    assert "and 2 more failures\n" in told
    assert "error" not in told.replace("continue_on_error", "")


def test_quiet_says_nothing_of_what_is_tolerated() -> None:
    assert summary(*tolerated_run(), verbosity=Verbosity.QUIET) == ""


def test_an_error_is_told_however_much_was_tolerated_before() -> None:
    run, heard = tolerated_run()
    heard(step_finished("b.s", "FAILED", error="the disk is full"))
    told = summary(run, heard)
    assert "error: step b.s failed\n  the disk is full\n" in told
    assert "and 3 more failures\n" in told


def test_an_interrupted_loop_says_how_far_it_came() -> None:
    statuses = [JobStatus.SUCCESS, JobStatus.NOT_RUN, JobStatus.NOT_RUN]
    items = [ItemReport(index=index, item=index, status=status) for index, status in enumerate(statuses)]
    jobs = {"a": JobReport(status=JobStatus.NOT_RUN, items=items)}
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.INTERRUPTED, jobs=jobs)
    assert "  –  a  NOT_RUN  1 of 3 items\n" in summary(run)


def test_quiet_tells_a_handler_that_failed_although_the_run_succeeded() -> None:
    heard = Heard()
    heard(event(EventType.STEP_FINISHED, "handlers.on_exit", "tell", status="FAILED", error="boom"))
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.SUCCESS)
    assert summary(run, heard, Verbosity.QUIET) == "error: step handlers.on_exit.tell failed\n  boom\n"
