"""`runs show` and `runs events`: everything that is recorded of one run, with no secret in it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.environment.masking import Masker, secrets_of_environment
from aetherflow.core.environment.settings import read_settings
from aetherflow.core.environment.snapshot import take_snapshot
from aetherflow.core.operations.recorded_result import shown
from aetherflow.core.operations.run_log import RUN_LOG
from aetherflow.core.operations.run_lookup import RunView, opened_run, view_of
from aetherflow.core.runner.history import HANDLER_PREFIX
from aetherflow.core.state.records import NO_ITEM, JobRecord, Provenance, RunRecord, StepRecord
from aetherflow.core.state.store import StateStore
from aetherflow.core.state.workspace import run_folder

_POLL_SECONDS = 0.2
_PAGE = 1000

Mask = Callable[[Any], Any]
Record = TypeVar("Record", JobRecord, StepRecord)


class StepDetails(Struct, frozen=True, kw_only=True):
    """A step as it is recorded; ``status`` is None while it is in flight, or where its run died with it."""

    id: str
    status: StepStatus | None
    attempts: int
    started_at: float | None
    finished_at: float | None
    outputs: Any
    error: str | None
    reason: str | None
    effects: Effects | None
    definition_digest: str | None
    plugin: str | None
    plugin_digest: str | None


class ItemDetails(Struct, frozen=True, kw_only=True):
    """One item of a loop; ``status`` is None where it has not ended."""

    index: int
    item: Any
    status: JobStatus | None
    outputs: Any
    reason: str | None
    steps: list[StepDetails]


class JobDetails(Struct, frozen=True, kw_only=True):
    """A job, or the handlers of one kind; ``status`` is None where it has not ended."""

    id: str
    status: JobStatus | None
    started_at: float | None
    finished_at: float | None
    outputs: Any
    reason: str | None
    items: list[ItemDetails] | None
    steps: list[StepDetails]


class RunDetails(Struct, frozen=True, kw_only=True):
    """A run with all that it did, in the order in which it did it. Jobs that it has not come to are not there."""

    run: RunView
    flow_source: str
    flow_digest: str
    workflow: str | None
    run_key: str | None
    pid: int
    host: str
    params: dict[str, Any]
    error: str | None
    log: str | None
    provenance: Provenance
    jobs: list[JobDetails]
    handlers: list[JobDetails]


def show_run(environ: Mapping[str, str], name: str, *, state_file: Path | None = None) -> RunDetails:
    """Give all that is recorded of the run of this name; raises InputError where there is none, or more than one."""
    mask = known_secrets(environ).mask
    with opened_run(environ, name, state_file) as (store, record):
        parts = _jobs(store, record, mask)
        return RunDetails(
            run=view_of(store, record),
            flow_source=mask(record.flow_source),
            flow_digest=record.flow_digest,
            workflow=record.options.get("workflow"),
            run_key=record.run_key,
            pid=record.pid,
            host=record.host,
            params=shown(record.params, mask),
            error=mask(record.error),
            log=_log_of(record),
            provenance=msgspec.convert(mask(msgspec.to_builtins(record.provenance)), Provenance),
            jobs=[job for job in parts if not job.id.startswith(HANDLER_PREFIX)],
            handlers=[
                replace(job, id=job.id.removeprefix(HANDLER_PREFIX))
                for job in parts
                if job.id.startswith(HANDLER_PREFIX)
            ],
        )


def run_events(
    environ: Mapping[str, str], name: str, *, follow: bool = False, after: int = 0, state_file: Path | None = None
) -> Iterator[Event]:
    """Give the events of a run, numbered above ``after``; ``follow`` waits for more until the run is over, or dead."""
    mask = known_secrets(environ).mask
    with opened_run(environ, name, state_file) as (store, record):
        is_over = False
        while not is_over:
            # Asked before its events are read: what happened until then is all there will be.
            is_over = not (follow and _goes_on(store, record))
            for event in _events(store, record, after):
                after = event.seq
                yield replace(event, payload=mask(event.payload))
            if not is_over:
                time.sleep(_POLL_SECONDS)


def _goes_on(store: StateStore, record: RunRecord) -> bool:
    now = store.find_run(record.flow_id, record.run_id)
    return now is not None and view_of(store, now).is_live


def _events(store: StateStore, record: RunRecord, after: int) -> Iterator[Event]:
    while page := store.events_of(record.flow_id, record.run_id, after=after, limit=_PAGE):
        yield from page
        after = page[-1].seq


def known_secrets(environ: Mapping[str, str]) -> Masker:
    """Know what is secret now: it may not have counted as secret when it was recorded."""
    snapshot = take_snapshot(environ)
    return Masker(secrets_of_environment(snapshot, read_settings(snapshot).secret_env))


def _log_of(record: RunRecord) -> str | None:
    roots = record.places.get("state_roots", [])
    logs = [run_folder(Path(root), record.flow_id, record.run_id).path / RUN_LOG for root in roots]
    return next((str(log) for log in reversed(logs) if log.is_file()), None)


def _jobs(store: StateStore, record: RunRecord, mask: Mask) -> list[JobDetails]:
    jobs = _grouped(store.jobs_of(record.flow_id, record.run_id))
    steps = _grouped(store.steps_of(record.flow_id, record.run_id))
    found = [_job(job_id, jobs.get(job_id, []), steps.get(job_id, []), mask) for job_id in {**jobs, **steps}]
    return sorted(found, key=lambda job: (job.started_at is None, job.started_at, job.id))


def _grouped(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.job_id, []).append(record)
    return found


def _job(job_id: str, records: list[JobRecord], steps: list[StepRecord], mask: Mask) -> JobDetails:
    if job_id.startswith(HANDLER_PREFIX):
        return _handler(job_id, steps, mask)
    whole = next((record for record in records if record.item == NO_ITEM), None)
    return JobDetails(
        id=job_id,
        status=whole.status if whole else None,
        started_at=whole.started_at if whole and whole.started_at is not None else _begin(steps),
        finished_at=whole.finished_at if whole else None,
        outputs=shown(whole.outputs, mask) if whole else None,
        reason=mask(whole.reason) if whole else None,
        items=None if whole is None or whole.items is None else _items(whole.items, records, steps, mask),
        steps=[_step(step, mask) for step in steps if step.item == NO_ITEM],
    )


def _handler(job_id: str, steps: list[StepRecord], mask: Mask) -> JobDetails:
    """Tell how handlers went by their steps: of themselves there is no record."""
    statuses = {step.status for step in steps}
    ended = JobStatus.FAILED if StepStatus.FAILED in statuses else JobStatus.SUCCESS
    return JobDetails(
        id=job_id,
        status=None if None in statuses else ended,
        started_at=_begin(steps),
        finished_at=max((step.finished_at for step in steps if step.finished_at is not None), default=None),
        outputs={},
        reason=None,
        items=None,
        steps=[_step(step, mask) for step in steps],
    )


def _begin(steps: Iterable[StepRecord]) -> float | None:
    return min((step.started_at for step in steps if step.started_at is not None), default=None)


def _items(values: list[Any], records: list[JobRecord], steps: list[StepRecord], mask: Mask) -> list[ItemDetails]:
    by_index = {record.item: record for record in records}
    steps_by_index: dict[int, list[StepDetails]] = {}
    for step in steps:
        steps_by_index.setdefault(step.item, []).append(_step(step, mask))
    return [
        ItemDetails(
            index=index,
            item=shown(value, mask),
            status=by_index[index].status if index in by_index else None,
            outputs=shown(by_index[index].outputs, mask) if index in by_index else None,
            reason=mask(by_index[index].reason) if index in by_index else None,
            steps=steps_by_index.get(index, []),
        )
        for index, value in enumerate(values)
    ]


def _step(step: StepRecord, mask: Mask) -> StepDetails:
    return StepDetails(
        id=step.step_id,
        status=step.status,
        attempts=step.attempts,
        started_at=step.started_at,
        finished_at=step.finished_at,
        outputs=shown(step.outputs, mask),
        error=mask(step.error),
        reason=mask(step.reason),
        effects=step.effects,
        definition_digest=step.definition_digest,
        plugin=step.plugin,
        plugin_digest=step.plugin_digest,
    )
