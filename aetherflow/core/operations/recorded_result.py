"""The result of a run as its records tell it, with everything masked: nothing of the run need be there any more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aetherflow.core.contracts.result import ItemReport, JobReport, PluginUse, RunResult, StepReport
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.environment.masking import MASK
from aetherflow.core.environment.sealing import unseal_value
from aetherflow.core.runner.history import HANDLER_PREFIX, Place
from aetherflow.core.state.records import NO_ITEM, JobRecord, RunRecord, StepRecord
from aetherflow.core.state.store import StateStore

#: Orders what has not begun behind what has.
_NEVER = float("inf")

Mask = Callable[[Any], Any]
StepReports = Mapping[Place, dict[str, StepReport]]


def recorded_result(
    store: StateStore,
    record: RunRecord,
    *,
    mask: Mask,
    job_order: Sequence[str] = (),
    versions: Mapping[str, str] | None = None,
) -> RunResult:
    """Build a run's result from its records.

    Jobs stand in ``job_order``, others behind them as they began; ``versions`` gives those of plugins by digest, which
    are not recorded. A job or step that had not ended when this was recorded is NOT_RUN or FAILED, and says so.
    """
    steps = store.steps_of(record.flow_id, record.run_id)
    jobs = _by_job(store.jobs_of(record.flow_id, record.run_id))
    reports = _step_reports(steps, mask)
    job_ids = _in_order({*jobs, *(step.job_id for step in steps)}, jobs, steps, job_order)
    result = {job_id: _job_report(job_id, jobs.get(job_id, []), reports, mask) for job_id in job_ids}
    return RunResult(
        run_id=record.run_id,
        flow_id=record.flow_id,
        status=record.status,
        duration_seconds=_seconds(record.started_at, record.finished_at),
        jobs={job_id: report for job_id, report in result.items() if not job_id.startswith(HANDLER_PREFIX)},
        handlers={
            job_id.removeprefix(HANDLER_PREFIX): report
            for job_id, report in result.items()
            if job_id.startswith(HANDLER_PREFIX)
        },
        plugins=_plugins(steps, versions or {}),
    )


def shown(value: Any, mask: Mask) -> Any:
    """Give a stored value as it may be shown: each reference to a secret as ``***``, and what is secret now masked."""
    return mask(unseal_value(value, lambda _origin, _form: MASK))


def _by_job(records: Iterable[JobRecord]) -> dict[str, list[JobRecord]]:
    found: dict[str, list[JobRecord]] = {}
    for record in records:
        found.setdefault(record.job_id, []).append(record)
    return found


def _in_order(
    job_ids: set[str], jobs: Mapping[str, list[JobRecord]], steps: Iterable[StepRecord], job_order: Sequence[str]
) -> list[str]:
    begun: dict[str, float] = {}
    beginnings = [(job.job_id, job.started_at) for found in jobs.values() for job in found]
    beginnings += [(step.job_id, step.started_at) for step in steps]
    for job_id, started_at in beginnings:
        if started_at is not None:
            begun[job_id] = min(started_at, begun.get(job_id, _NEVER))
    place = {job_id: index for index, job_id in enumerate(job_order)}
    return sorted(job_ids, key=lambda job_id: (place.get(job_id, len(place)), begun.get(job_id, _NEVER), job_id))


def _step_reports(steps: Iterable[StepRecord], mask: Mask) -> StepReports:
    found: dict[Place, dict[str, StepReport]] = {}
    for step in steps:  # in their order within each job
        found.setdefault(Place(step.job_id, step.item), {})[step.step_id] = _step_report(step, mask)
    return found


def _step_report(step: StepRecord, mask: Mask) -> StepReport:
    return StepReport(
        status=step.status or StepStatus.FAILED,
        outputs=shown(step.outputs or {}, mask),
        attempts=step.attempts,
        duration_seconds=_seconds(step.started_at, step.finished_at),
        error=mask(step.error) if step.status else "the step was in flight when this was recorded",
        reason=mask(step.reason),
    )


def _job_report(job_id: str, records: list[JobRecord], steps: StepReports, mask: Mask) -> JobReport:
    whole = next((record for record in records if record.item == NO_ITEM), None)
    own_steps = steps.get(Place(job_id), {})
    if whole is None:
        return JobReport(status=_status_of_steps(own_steps), steps=own_steps)
    items = [record for record in records if record.item != NO_ITEM]
    return JobReport(
        status=whole.status or JobStatus.NOT_RUN,
        outputs=shown({} if whole.outputs is None else whole.outputs, mask),
        reason=mask(whole.reason) if whole.status else "the job had not ended when this was recorded",
        duration_seconds=_seconds(whole.started_at, whole.finished_at),
        items=None if whole.items is None else _items(job_id, whole.items, items, steps, mask),
        steps=own_steps,
    )


def _status_of_steps(steps: Mapping[str, StepReport]) -> JobStatus:
    """Tell how steps without a record of their job ended, as those of handlers."""
    return JobStatus.FAILED if any(step.status is StepStatus.FAILED for step in steps.values()) else JobStatus.SUCCESS


def _items(
    job_id: str, values: list[Any], records: Iterable[JobRecord], steps: StepReports, mask: Mask
) -> list[ItemReport]:
    by_index = {record.item: record for record in records}
    reports = []
    for index, value in enumerate(values):
        record = by_index.get(index)
        reports.append(
            ItemReport(
                index=index,
                item=shown(value, mask),
                status=(record.status if record else None) or JobStatus.NOT_RUN,
                outputs=shown(record.outputs, mask) if record else None,
                steps=steps.get(Place(job_id, index), {}),
            )
        )
    return reports


def _plugins(steps: Iterable[StepRecord], versions: Mapping[str, str]) -> list[PluginUse]:
    used = sorted({(step.plugin, step.plugin_digest or "") for step in steps if step.plugin})
    return [PluginUse(name=name, version=versions.get(digest, ""), digest=digest) for name, digest in used if name]


def _seconds(started_at: float | None, finished_at: float | None) -> float:
    return 0.0 if started_at is None or finished_at is None else max(0.0, finished_at - started_at)
