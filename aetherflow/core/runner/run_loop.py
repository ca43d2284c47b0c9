"""The run loop: jobs one after another in the plan's order, then handlers; every job ends with a recorded status."""

from msgspec.structs import replace

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.result import JobReport
from aetherflow.core.contracts.status import JobStatus, RunStatus
from aetherflow.core.resolution.conditions import ConditionError
from aetherflow.core.runner.gates import Closed, failed_jobs, fails_run, gate_of, status_of_run
from aetherflow.core.runner.history import History, Place
from aetherflow.core.runner.job_hooks import after_job, before_job
from aetherflow.core.runner.job_run import run_job, run_steps
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedJob
from aetherflow.core.runner.scopes import job_view, with_roots
from aetherflow.core.runner.step_run import condition_holds
from aetherflow.core.state.records import JobRecord


def run_jobs(run: RunParts, stopped: str | None = None) -> dict[str, JobReport]:
    """Run every job of the plan; gives a report for each, in the order of the run. ``stopped`` is why none may run."""
    outcomes: dict[str, JobReport] = {}
    failed: str | None = None
    for job in run.plan.jobs:
        report = _run_or_gate(run, job, outcomes, stopped or _why_stopped(run, failed))
        outcomes[job.id] = report
        run.jobs[job.id] = job_view(report)
        if failed is None and fails_run(job, report):
            failed = job.id
    return outcomes


def run_handlers(run: RunParts, outcomes: dict[str, JobReport]) -> dict[str, JobReport]:
    """Run the flow's handlers that this outcome calls for; what becomes of them changes nothing else."""
    status = status_of_run(run.plan, outcomes, run.gate.requested)
    wanted = {"on_success": status is RunStatus.SUCCESS, "on_failure": status is RunStatus.FAILED, "on_exit": True}
    failed = failed_jobs(run.plan, outcomes)
    facts = {
        **run.scope.roots["run"],
        "status": str(status),
        "failed_job": failed[0] if failed else None,
        "error": outcomes[failed[0]].reason if failed else None,
    }
    scope = with_roots(run.scope, run=facts)
    reports: dict[str, JobReport] = {}
    run = replace(run, history=History())  # handlers run once in every execution, whatever an earlier one recorded
    with run.gate.pardoned():
        for name, steps in run.plan.handlers.items():
            if wanted[name]:
                end = run_steps(run, Place(f"handlers.{name}"), steps, with_roots(scope, job={"id": name}), None)
                reports[name] = JobReport(status=end.status, reason=end.reason, steps=end.steps)
    return reports


def _run_or_gate(run: RunParts, job: PlannedJob, outcomes: dict[str, JobReport], stopped: str | None) -> JobReport:
    closed = gate_of(job, run.plan, outcomes, stopped) or _own_gate(run, job)
    if closed:
        run.journal.emit(EventType.JOB_GATED, job_id=job.id, status=closed.status, reason=closed.reason)
        report = JobReport(status=closed.status, reason=closed.reason)
        _record(run, job, report, run.clock.now())
        return report
    run.journal.emit(EventType.JOB_STARTED, job_id=job.id)
    started_at, started = run.clock.now(), run.clock.monotonic()
    report = _run_locked(run, job)
    changed = after_job(run, job, Place(job.id), report.status, report.outputs)
    if changed:
        report = replace(report, status=changed.status, reason=changed.reason)
    report = replace(report, duration_seconds=run.clock.monotonic() - started)
    run.journal.emit(
        EventType.JOB_FINISHED,
        job_id=job.id,
        status=report.status,
        reason=report.reason,
        duration_seconds=report.duration_seconds,
    )
    _record(run, job, report, started_at)
    return report


def _run_locked(run: RunParts, job: PlannedJob) -> JobReport:
    report = None
    try:
        with run.locks.for_job(job.id):
            report = run_job(run, job)
    except StepFailed as error:  # the job's lock is somebody else's, or was taken away
        return JobReport(status=JobStatus.FAILED, reason=error.message, steps=report.steps if report else {})
    return report


def _why_stopped(run: RunParts, failed: str | None) -> str | None:
    """Say why nothing more starts; ``failed`` is the first job that made the run fail."""
    if run.gate.requested is not None:
        return "the run was interrupted"
    return f'job "{failed}" failed, and --fail-fast stops there' if failed and run.fail_fast else None


def _own_gate(run: RunParts, job: PlannedJob) -> Closed | None:
    recorded = run.history.skipped(job.id)
    if recorded:
        return Closed(JobStatus.SKIPPED, recorded.reason or "skipped by an earlier execution")
    try:
        holds = condition_holds(job.definition.when, with_roots(run.scope, job={"id": job.id}))
    except ConditionError as error:
        return Closed(JobStatus.FAILED, f"when: {error}")
    return before_job(run, job, Place(job.id)) if holds else Closed(JobStatus.SKIPPED, "when is false")


def _record(run: RunParts, job: PlannedJob, report: JobReport, started_at: float) -> None:
    run.recorder.record_job(
        JobRecord(
            flow_id=run.flow_id,
            run_id=run.run_id,
            job_id=job.id,
            status=report.status,
            outputs=report.outputs,
            reason=report.reason,
            started_at=started_at,
            finished_at=started_at + report.duration_seconds,
            items=[item.item for item in report.items] if report.items is not None else None,
        )
    )
