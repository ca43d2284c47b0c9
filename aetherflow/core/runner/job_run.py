"""Runs one job: its steps in order, once, or once for each item of a loop."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.result import ItemReport, JobReport, StepReport
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.resolution.kinds import kind_of
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.history import Place
from aetherflow.core.runner.job_hooks import after_job, before_job
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedJob, PlannedStep
from aetherflow.core.runner.scopes import step_view, with_roots
from aetherflow.core.runner.step_run import run_step
from aetherflow.core.state.records import JobRecord


class StepsEnd(Struct, frozen=True, kw_only=True):
    """How a list of steps ended."""

    status: JobStatus
    reason: str | None = None
    outputs: dict[str, Any] = {}
    steps: dict[str, StepReport] = {}


def run_job(run: RunParts, job: PlannedJob) -> JobReport:
    """Run a job whose gate is open; records are made, the job's own outcome is the caller's to record."""
    timeout = job.definition.timeout_seconds
    deadline = None if timeout is None else run.clock.monotonic() + timeout
    scope = with_roots(run.scope, job={"id": job.id})
    if job.definition.for_each is None:
        end = run_steps(run, Place(job.id), job.steps, scope, deadline)
        return JobReport(status=end.status, reason=end.reason, outputs=end.outputs, steps=end.steps)
    try:
        items = _items(run, job, scope)
    except TemplateError as error:
        return JobReport(status=JobStatus.FAILED, reason=f"for_each: {error}")
    if not items:
        return JobReport(status=JobStatus.SKIPPED, reason="for_each has no items", outputs=[], items=[])
    return _run_items(run, job, items, scope, deadline)


def run_steps(
    run: RunParts, place: Place, steps: Sequence[PlannedStep], scope: Scope, deadline: float | None
) -> StepsEnd:
    """Run steps in order until one fails, one closes the job, or the run is to end."""
    reports: dict[str, StepReport] = {}
    outputs: dict[str, Any] = {}
    views: dict[str, Any] = {}
    scope = with_roots(scope, steps=views)
    for step in steps:
        if run.gate.requested is not None:
            return _ended(JobStatus.NOT_RUN, "the run was interrupted", outputs, reports)
        end = run_step(run, place, step, scope, deadline)
        report = reports[step.definition.id] = end.report
        views[step.definition.id] = step_view(report)
        outputs.update(end.promoted)
        if report.status is StepStatus.FAILED:
            status = JobStatus.FAILED if run.gate.requested is None else JobStatus.NOT_RUN
            return _ended(status, f'step "{step.definition.id}": {report.error}', outputs, reports)
        if report.status is StepStatus.SKIPPED and step.definition.on_no_data == "skip_job":
            return _ended(JobStatus.SKIPPED, f'step "{step.definition.id}" had no data', outputs, reports)
    return _ended(JobStatus.SUCCESS, None, outputs, reports)


def _ended(status: JobStatus, reason: str | None, outputs: dict[str, Any], reports: dict[str, StepReport]) -> StepsEnd:
    return StepsEnd(status=status, reason=reason, outputs=outputs, steps=reports)


def _items(run: RunParts, job: PlannedJob, scope: Scope) -> list[Any]:
    recorded = run.history.jobs.get(Place(job.id))
    if recorded and recorded.items is not None:
        return list(recorded.items)
    items = render(job.definition.for_each, scope, strict=run.strict_templates, warn=run.warn)
    if not isinstance(items, list):
        raise TemplateError(f"expected a list of items, found a {kind_of(items)}", str(job.definition.for_each), ())
    run.recorder.record_job(JobRecord(flow_id=run.flow_id, run_id=run.run_id, job_id=job.id, items=items))
    return items


def _run_items(run: RunParts, job: PlannedJob, items: list[Any], scope: Scope, deadline: float | None) -> JobReport:
    reports: list[ItemReport] = []
    for index, item in enumerate(items):
        stopped = run.gate.requested is not None or (run.fail_fast and _failed(reports))
        if stopped:
            reports.append(ItemReport(index=index, item=item, status=JobStatus.NOT_RUN))
            continue
        end = _run_item(run, job, Place(job.id, index), with_roots(scope, item=item, index=index), deadline)
        outputs = end.outputs if end.status is JobStatus.SUCCESS else None
        reports.append(ItemReport(index=index, item=item, status=end.status, outputs=outputs, steps=end.steps))
        _record_item(run, job, reports[-1], end)
    return _loop_report(run, reports)


def _run_item(run: RunParts, job: PlannedJob, place: Place, scope: Scope, deadline: float | None) -> StepsEnd:
    closed = before_job(run, job, place)
    if closed:
        run.journal.emit(
            EventType.JOB_GATED, job_id=job.id, item=place.item, status=closed.status, reason=closed.reason
        )
        return StepsEnd(status=closed.status, reason=closed.reason)
    end = run_steps(run, place, job.steps, scope, deadline)
    changed = after_job(run, job, place, end.status, end.outputs)
    if changed is None:
        return end
    run.journal.emit(EventType.ERROR, job_id=job.id, item=place.item, message=changed.reason)
    return replace(end, status=changed.status, reason=changed.reason)


def _record_item(run: RunParts, job: PlannedJob, report: ItemReport, end: StepsEnd) -> None:
    run.recorder.record_job(
        JobRecord(
            flow_id=run.flow_id,
            run_id=run.run_id,
            job_id=job.id,
            item=report.index,
            status=report.status,
            outputs=report.outputs,
            reason=end.reason,
        )
    )


def _loop_report(run: RunParts, items: list[ItemReport]) -> JobReport:
    report = JobReport(status=JobStatus.SUCCESS, outputs=[item.outputs for item in items], items=items)
    if run.gate.requested is not None:
        return replace(report, status=JobStatus.NOT_RUN, reason="the run was interrupted")
    failed = _failed(items)
    if failed:
        return replace(report, status=JobStatus.FAILED, reason=f"{len(failed)} of {len(items)} items failed")
    return report


def _failed(items: Sequence[ItemReport]) -> list[int]:
    return [item.index for item in items if item.status is JobStatus.FAILED]
