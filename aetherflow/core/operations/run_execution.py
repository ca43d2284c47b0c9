"""Carries an assembled execution through: begin, jobs, handlers, end; the record says at each moment where it is."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.graph_parts import EdgeKind
from aetherflow.core.contracts.result import ItemReport, JobReport, PluginUse, RunResult, StepReport
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.run_assembly import Execution
from aetherflow.core.operations.run_course import Course, jobs_and_handlers
from aetherflow.core.operations.run_failures import failures_of
from aetherflow.core.runner.gates import failed_jobs
from aetherflow.core.runner.history import is_handler, is_settled
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedJob

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


def execute(execution: Execution) -> RunResult:
    """Run the jobs and the handlers, and record how it all ended."""
    run = execution.run
    started = run.clock.monotonic()
    execution.workspaces.make_root()  # where nothing can be written, nothing begins
    run.locks.take_for_flow()
    try:
        _begin(execution)
        if execution.ground.printed:
            execution.ground.printed.show_by(run.journal.show)
        course = _course(execution)
    finally:
        run.workers.close()
        execution.connectors.close_all()
    duration = run.clock.monotonic() - started
    _end(course, duration)
    if course.refusal:
        raise course.refusal
    return _result(course, duration)


def _course(execution: Execution) -> Course:
    registry = execution.ground.prepared.registry
    if not (registry.hooks or registry.plugins or registry.has_tools()):
        return jobs_and_handlers(execution)
    from aetherflow.core.operations.run_hooks import course_with_hooks  # deferred: mostly there are no hooks or tools

    return course_with_hooks(execution)


def _result(course: Course, duration: float) -> RunResult:
    run, outcomes, handlers = course.execution.run, course.outcomes, course.handlers
    mask = run.masker.mask
    failures = failures_of(run.plan, outcomes, handlers)
    beyond_jobs = [course.failure] if course.failure else []
    return RunResult(
        run_id=run.run_id,
        flow_id=run.flow_id,
        status=course.status,
        duration_seconds=duration,
        jobs={job_id: masked_report(report, mask) for job_id, report in _in_file_order(run, outcomes)},
        handlers={name: masked_report(report, mask) for name, report in handlers.items()},
        plugins=_plugins(course.execution),
        diagnostics=[
            _masked_finding(finding, run.masker.mask_text)
            for finding in (*course.execution.diagnostics, *failures, *beyond_jobs)
        ],
        interrupted_by=run.gate.requested,
    )


def _begin(execution: Execution) -> None:
    run = execution.run
    run.recorder.record_run(execution.record)
    facts: dict[str, Any] = {
        "flow": execution.record.flow_source,
        "jobs": [job.id for job in run.plan.jobs],
        "steps": sum(len(job.steps) for job in run.plan.jobs if job.selected),
        "steps_of": {job.id: len(job.steps) for job in run.plan.jobs if job.selected},
        "after": {job.id: _predecessors(job) for job in run.plan.jobs if job.after},
    }
    if execution.resumed:
        done = sum(is_settled(record) and not is_handler(place) for (place, _), record in run.history.steps.items())
        run.journal.emit(EventType.RUN_RESUMED, **facts, done=done)
    else:
        run.journal.emit(EventType.RUN_STARTED, **facts)
    run.locks.has_begun()
    for plugin in execution.plugins:
        run.journal.emit(EventType.PLUGIN_LOADED, **plugin.facts())
    for finding in execution.diagnostics:
        where = f" ({finding.span.file}:{finding.span.line})" if finding.span else ""
        run.journal.emit(
            EventType.LOG, level=_LEVELS[finding.severity], message=f"{finding.code}: {finding.message}{where}"
        )
    run.recorder.commit()


def _predecessors(job: PlannedJob) -> dict[str, EdgeKind]:
    """Say which jobs come before one, and why; by their ids as keys, which nothing masks."""
    needed = set(job.definition.depends_on)
    return {other: "depends_on" if other in needed else "order" for other in job.after}


def _end(course: Course, duration: float) -> None:
    execution, outcomes, status = course.execution, course.outcomes, course.status
    run = execution.run
    policy = run.plan.flow.definition.flow.workspace.cleanup_policy
    if policy == "always" or (policy == "on_success" and status is RunStatus.SUCCESS):
        for warning in execution.workspaces.clean_scratch():
            run.warn(warning)
    run.locks.free_for_flow()
    failed = [f'job "{job_id}": {outcomes[job_id].reason}' for job_id in failed_jobs(run.plan, outcomes)]
    errors = [*failed, *([course.failure.message] if course.failure else [])]
    error = run.masker.mask_text(errors[0]) if errors else None
    run.recorder.record_run(replace(execution.record, status=status, finished_at=run.clock.now(), error=error))
    run.journal.emit(EventType.RUN_FINISHED, status=status, duration_seconds=duration)
    run.recorder.commit()


def _in_file_order(run: RunParts, outcomes: dict[str, JobReport]) -> list[tuple[str, JobReport]]:
    return [(job.id, outcomes[job.id]) for job in run.plan.flow.definition.jobs]


def _plugins(execution: Execution) -> list[PluginUse]:
    run, registry = execution.run, execution.ground.prepared.registry
    used = {step.contribution.plugin: step.contribution for job in run.plan.jobs if job.selected for step in job.steps}
    used |= {asked.plugin: asked for asked in (*registry.hooks, *registry.plugins)}
    return [PluginUse(name=name, version=used[name].version, digest=used[name].digest) for name in sorted(used)]


def _masked_finding(finding: Diagnostic, mask: Callable[[str], str]) -> Diagnostic:
    return replace(finding, message=mask(finding.message), hint=mask(finding.hint) if finding.hint else None)


def masked_report(report: JobReport, mask: Callable[[Any], Any]) -> JobReport:
    """Mask every text of a report that a plugin or a user's value may have shaped; never keys or statuses."""
    return replace(
        report,
        outputs=mask(report.outputs),
        reason=mask(report.reason),
        items=[_masked_item(item, mask) for item in report.items] if report.items is not None else None,
        steps=_masked_steps(report.steps, mask),
    )


def _masked_item(item: ItemReport, mask: Callable[[Any], Any]) -> ItemReport:
    return replace(item, item=mask(item.item), outputs=mask(item.outputs), steps=_masked_steps(item.steps, mask))


def _masked_steps(steps: dict[str, StepReport], mask: Callable[[Any], Any]) -> dict[str, StepReport]:
    return {
        step_id: replace(step, outputs=mask(step.outputs), error=mask(step.error), reason=mask(step.reason))
        for step_id, step in steps.items()
    }
