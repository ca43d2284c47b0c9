"""What templates and conditions of a job may name, at each moment of the run."""

from collections.abc import Mapping
from typing import Any

from aetherflow.core.contracts.result import JobReport, StepReport
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.resolution.scope import NullOutputs, Scope


def step_view(report: StepReport) -> Mapping[str, Any]:
    """Give what `steps.ID` names: the outputs; of a step that was SKIPPED, whatever it did not produce is null."""
    return report.outputs if report.status is StepStatus.SUCCESS else NullOutputs(report.outputs)


def job_view(report: JobReport) -> dict[str, Any]:
    """Give what `jobs.ID` names."""
    outputs: Any = report.outputs
    if report.status is not JobStatus.SUCCESS and isinstance(outputs, dict):
        outputs = NullOutputs(outputs)
    view: dict[str, Any] = {"status": str(report.status), "outputs": outputs}
    if report.items is not None:
        view["items"] = [str(item.status) for item in report.items]
    return view


def with_roots(scope: Scope, **roots: Any) -> Scope:
    """Give a scope that has these roots besides its own."""
    return Scope({**scope.roots, **roots})
