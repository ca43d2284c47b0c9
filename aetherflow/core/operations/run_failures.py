"""What failed in a run, as findings with a place: annotations and reports show them beside the flow's own lines."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.result import JobReport
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.runner.plan import Plan, PlannedJob, PlannedStep


def failures_of(plan: Plan, outcomes: Mapping[str, JobReport], handlers: Mapping[str, JobReport]) -> list[Diagnostic]:
    """Give a finding for every step that failed, and for every job that failed before its steps."""
    found = [finding for job in plan.jobs for finding in _failures(plan, job, outcomes[job.id])]
    for name, report in handlers.items():
        found += _failed_steps(plan, f"handlers.{name}", plan.handlers[name], report)
    return found


def _failures(plan: Plan, job: PlannedJob, report: JobReport) -> list[Diagnostic]:
    if report.status is not JobStatus.FAILED:
        return []
    words = f'job "{job.id}" failed: {report.reason}'
    found = list(_failed_steps(plan, job.id, job.steps, report)) or [_finding(plan, (*job.path, "id"), words)]
    return [_tolerated(finding) for finding in found] if job.definition.continue_on_error else found


def _failed_steps(plan: Plan, job_id: str, steps: Sequence[PlannedStep], report: JobReport) -> Iterator[Diagnostic]:
    paths: dict[str, DocumentPath] = {step.definition.id: (*step.path, "id") for step in steps}
    executions = [(job_id, report.steps), *((f"{job_id}[{item.index}]", item.steps) for item in report.items or ())]
    for name, reports in executions:
        for step_id, step in reports.items():
            if step.status is StepStatus.FAILED:
                yield _finding(plan, paths[step_id], f"step {name}.{step_id} failed: {step.error}")


def _finding(plan: Plan, path: DocumentPath, message: str) -> Diagnostic:
    return Diagnostic(code="AF-R301", message=message, span=plan.flow.span(*path), path=path)


def _tolerated(finding: Diagnostic) -> Diagnostic:
    return replace(finding, severity=Severity.WARNING, hint="continue_on_error: the run goes on")
