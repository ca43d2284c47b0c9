"""One step type, run for real: in a flow that holds nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.result import JobReport, RunResult, StepReport
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.testing.flow_runs import FlowRunner, PluginPaths

_JOB, _STEP = "test", "step"


class StepRun(Struct, frozen=True, kw_only=True):
    """How a step ended, as the run records it: secrets are masked. ``result`` is that of the flow around it."""

    status: StepStatus
    outputs: dict[str, Any]
    error: str | None
    reason: str | None
    attempts: int
    duration_seconds: float
    events: tuple[Event, ...]
    result: RunResult

    @property
    def messages(self) -> list[str]:
        """What the step wrote by ``ctx.log``."""
        return [each.payload["message"] for each in self.events if each.type is EventType.LOG and each.step_id == _STEP]


class StepRunner:
    """What the fixture `run_step` gives."""

    def __init__(self, run_flow: FlowRunner) -> None:
        self._run_flow = run_flow

    def __call__(
        self,
        step_type: str,
        inputs: Mapping[str, Any] | None = None,
        /,
        *,
        plugins: Sequence[Any] = (),
        plugin_paths: PluginPaths | None = None,
        resources: Mapping[str, Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        retry: Mapping[str, Any] | None = None,
        timeout_seconds: float | None = None,
    ) -> StepRun:
        """Run a step of this type once, through everything that a run does with it.

        ``inputs`` are written into the flow as they are: their tokens are rendered. ``resources`` are those of the flow
        by name, ``params`` its params with their values; ``plugins``, ``plugin_paths`` and ``env`` as for `run_flow`.
        """
        step: dict[str, Any] = {"id": _STEP, "type": step_type, "inputs": dict(inputs or {})}
        step |= {"retry": dict(retry)} if retry else {}
        step |= {"timeout_seconds": timeout_seconds} if timeout_seconds is not None else {}
        flow = {
            "version": 1,
            "flow": {"id": "run_step"},
            "params": {name: {"type": _param_type(value), "default": value} for name, value in (params or {}).items()},
            "resources": dict(resources or {}),
            "jobs": [{"id": _JOB, "steps": [step]}],
        }
        before = len(self._run_flow.events)
        result = self._run_flow(flow, plugins=plugins, plugin_paths=plugin_paths, env=env)
        return _step_run(result, tuple(self._run_flow.events[before:]))


def _step_run(result: RunResult, events: tuple[Event, ...]) -> StepRun:
    job = result.jobs[_JOB]
    report = job.steps.get(_STEP) or _never_begun(job)
    return StepRun(
        status=report.status,
        outputs=report.outputs,
        error=report.error,
        reason=report.reason,
        attempts=report.attempts,
        duration_seconds=report.duration_seconds,
        events=events,
        result=result,
    )


def _never_begun(job: JobReport) -> StepReport:
    """Say of a step that a hook kept from running what is said of its job."""
    if job.status is JobStatus.SKIPPED:
        return StepReport(status=StepStatus.SKIPPED, reason=job.reason)
    return StepReport(status=StepStatus.FAILED, error=job.reason or "the job did not begin")


def _param_type(value: Any) -> str:
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "object"
