"""Runs that nobody ran, recorded as a runner records them: of any size, and with whatever in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.state.records import Batch, JobRecord, RunRecord, StepRecord
from aetherflow.core.state.store import StateStore

BEGUN_AT = 1_769_840_000.0


class RecordedRun:
    """A run that is put together piece by piece; its clock goes on with each step."""

    def __init__(self, flow_id: str = "daily", run_id: str = "r1") -> None:
        self.flow_id, self.run_id = flow_id, run_id
        self.now = BEGUN_AT
        self.batch = Batch()
        self.jobs: dict[str, dict[str, str]] = {}

    def begin(self, after: Mapping[str, Mapping[str, str]] | None = None, *, jobs: tuple[str, ...] = ()) -> None:
        """Begin the run, with these jobs in its plan."""
        self.event(EventType.RUN_STARTED, jobs=list(jobs), steps=1, steps_of={}, after=after or {})

    def event(
        self,
        kind: EventType,
        *,
        job: str | None = None,
        item: int | None = None,
        step: str | None = None,
        **payload: Any,
    ) -> None:
        """Record an event."""
        self.batch.events.append(
            Event(
                seq=len(self.batch.events) + 1,
                type=kind,
                timestamp=self.now,
                flow_id=self.flow_id,
                run_id=self.run_id,
                job_id=job,
                item=item,
                step_id=step,
                payload=payload,
            )
        )

    def step(
        self,
        job: str,
        step: str,
        status: str | None = "SUCCESS",
        *,
        seconds: float = 1.0,
        item: int = -1,
        retries: int = 0,
        kind: str = "log",
        within: tuple[tuple[EventType, dict[str, Any]], ...] = (),
        **fields: Any,
    ) -> None:
        """Record a step; ``within`` are events that happen in it, spread over its time."""
        place: dict[str, Any] = {"job": job, "item": item if item >= 0 else None, "step": step}
        begun = self.now
        self.event(EventType.STEP_STARTED, **place, type=kind)
        for number in range(retries):
            self.now += seconds / 3
            self.event(EventType.STEP_RETRYING, **place, attempt=number + 1, error="not yet", delay_seconds=seconds / 2)
            self.now += seconds / 2
        for event, payload in within:
            self.now += seconds / (len(within) + 1)
            self.event(event, **place, **payload)
        self.now += seconds / (len(within) + 1)
        if status is not None:
            told = {"status": status, "duration_seconds": self.now - begun, "attempts": retries + 1}
            self.event(EventType.STEP_FINISHED, **place, **told, hint=fields.pop("hint", None))
        self.batch.steps.append(
            StepRecord(
                flow_id=self.flow_id,
                run_id=self.run_id,
                job_id=job,
                item=item,
                step_id=step,
                position=len(self.batch.steps),
                status=None if status is None else StepStatus(status),
                attempts=retries + 1,
                started_at=begun,
                finished_at=None if status is None else self.now,
                plugin="aetherflow",
                plugin_digest="sha256:" + "a5990328dda0" * 5,
                effects="idempotent",
                **fields,
            )
        )

    def job(self, job: str, status: str | None = "SUCCESS", *, started_at: float = BEGUN_AT, **fields: Any) -> None:
        """Record a job that ends now."""
        self.batch.jobs.append(
            JobRecord(
                flow_id=self.flow_id,
                run_id=self.run_id,
                job_id=job,
                status=None if status is None else JobStatus(status),
                started_at=started_at,
                finished_at=None if status is None else self.now,
                **fields,
            )
        )

    def item(self, job: str, item: int, status: str = "SUCCESS", **fields: Any) -> None:
        """Record an item of a loop."""
        self.batch.jobs.append(
            JobRecord(
                flow_id=self.flow_id, run_id=self.run_id, job_id=job, item=item, status=JobStatus(status), **fields
            )
        )

    def end(self, status: str = "SUCCESS") -> None:
        """End the run."""
        self.event(EventType.RUN_FINISHED, status=status, duration_seconds=self.now - BEGUN_AT)

    def record(self, state_file: Path, status: str = "SUCCESS", **fields: Any) -> None:
        """Write it all into a state."""
        is_over = status in ("SUCCESS", "FAILED")
        values: dict[str, Any] = {"pid": 4711, "host": "worker1", "token": "t", "flow_source": "/srv/flows/daily.yaml"}
        run = RunRecord(
            flow_id=self.flow_id,
            run_id=self.run_id,
            status=RunStatus(status),
            started_at=BEGUN_AT,
            finished_at=self.now if is_over else None,
            flow_digest="sha256:" + "4f" * 32,
            **(values | fields),
        )
        with StateStore.open(state_file) as store:
            store.commit(Batch(runs=[run]))
            store.commit(self.batch)
