"""A run's result as `run --json` prints it, and its failures as findings for code hosts and editors."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.result import JobReport, RunResult, StepReport
from aetherflow.core.contracts.span import Span
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.diagnostics.forms import to_json


def run_json(result: RunResult) -> dict[str, Any]:
    """Give the form of `run --json`; a job that is no loop has no `items`."""
    told: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(result, diagnostics=[]))
    for job in (*told["jobs"].values(), *told["handlers"].values()):
        if job["items"] is None:
            del job["items"]
    return told | {"diagnostics": [to_json(diagnostic) for diagnostic in result.diagnostics]}


def run_findings(result: RunResult, flow: str, resume_command: str) -> list[Diagnostic]:
    """Give the run's own findings and one for everything that failed; a result knows the flow's file, not the line."""
    reports = {**result.jobs, **{f"handlers.{name}": report for name, report in result.handlers.items()}}
    failed = [failure for name, report in reports.items() for failure in _failures(name, report)]
    span = Span(file=flow, line=1, column=1, end_line=1, end_column=1)
    hint = f"to continue: {resume_command}"
    return result.diagnostics + [
        Diagnostic(code="AF-R301", message=f"{what} failed: {why}", span=span, hint=hint) for what, why in failed
    ]


def _failures(name: str, report: JobReport) -> list[tuple[str, str]]:
    """Name the failed steps of a job with their errors, or the job where none of its steps is to blame."""
    found = [*_failed_steps(name, report.steps)]
    for item in report.items or ():
        found += _failed_steps(f"{name}[{item.index}]", item.steps)
    if not found and report.status is JobStatus.FAILED:
        found = [(f"job {name}", report.reason or "no reason was given")]
    return found


def _failed_steps(job: str, steps: Mapping[str, StepReport]) -> Iterator[tuple[str, str]]:
    for name, step in steps.items():
        if step.status is StepStatus.FAILED:
            yield f"step {job}.{name}", step.error or "no reason was given"
