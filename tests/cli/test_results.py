"""What failed in a run, as findings."""

from aetherflow.cli.render.results import run_findings
from aetherflow.core.contracts.result import ItemReport, JobReport, RunResult, StepReport
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus

DONE = StepReport(status=StepStatus.SUCCESS)
BROKEN = StepReport(status=StepStatus.FAILED, error="boom")


def messages(jobs: dict[str, JobReport], handlers: dict[str, JobReport] | None = None) -> list[str]:
    run = RunResult(run_id="r1", flow_id="daily", status=RunStatus.FAILED, jobs=jobs, handlers=handlers or {})
    return [finding.message for finding in run_findings(run, "flow.yaml", "aetherflow run flow.yaml --resume r1")]


def test_every_failed_step_is_a_finding_and_nothing_else_is() -> None:
    jobs = {
        "load": JobReport(status=JobStatus.FAILED, reason="boom", steps={"a": DONE, "insert": BROKEN}),
        "report": JobReport(status=JobStatus.BLOCKED, reason='"load" did not end SUCCESS'),
        "tidy": JobReport(status=JobStatus.FAILED, steps={"up": BROKEN}),
    }
    assert messages(jobs) == ["step load.insert failed: boom", "step tidy.up failed: boom"]


def test_a_loop_says_which_item_failed() -> None:
    items = [
        ItemReport(index=0, item="x", status=JobStatus.SUCCESS, steps={"a": DONE}),
        ItemReport(index=1, item="y", status=JobStatus.FAILED, steps={"a": BROKEN}),
    ]
    assert messages({"loop": JobReport(status=JobStatus.FAILED, items=items)}) == ["step loop[1].a failed: boom"]


def test_a_job_that_failed_before_its_steps_is_a_finding() -> None:
    jobs = {"loop": JobReport(status=JobStatus.FAILED, reason="for_each gave no list")}
    assert messages(jobs) == ["job loop failed: for_each gave no list"]


def test_a_failed_handler_is_a_finding() -> None:
    handlers = {"on_exit": JobReport(status=JobStatus.FAILED, steps={"bye": BROKEN})}
    assert messages({}, handlers) == ["step handlers.on_exit.bye failed: boom"]
