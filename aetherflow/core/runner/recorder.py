"""Gathers what happened since the last commit, so that a step's outcome and the next one's intent share one."""

from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any

import msgspec

from aetherflow.core.contracts.event import Event
from aetherflow.core.state.records import Batch, JobRecord, RunRecord, StepRecord, VariableRecord
from aetherflow.core.state.store import StateStore

#: A step that writes many log lines must not hold them all in memory until it ends.
_MOST_PENDING_EVENTS = 500


class Recorder:
    """The only writer of a run's records.

    ``seal`` puts references in the place of secrets, in values that a resume wants back; ``mask`` hides them in what is
    only read. ``committed`` is told of the events of every commit, when they are on the disk.
    """

    def __init__(
        self,
        store: StateStore,
        *,
        seal: Callable[[Any], Any],
        mask: Callable[[Any], Any],
        committed: Callable[[Sequence[Event]], None] | None = None,
    ) -> None:
        self._store = store
        self._seal = seal
        self._mask = mask
        self._committed = committed
        self._pending = Batch()
        self._lock = RLock()  # a step may log, and so commit, from a thread of its own

    def record_event(self, event: Event) -> None:
        """Journal an event with the next commit."""
        with self._lock:
            self._pending.events.append(event)
            if len(self._pending.events) >= _MOST_PENDING_EVENTS:
                self.commit()

    def record_step(self, record: StepRecord) -> None:
        """Record a step's intent (no status) or outcome with the next commit."""
        safe = {
            "outputs": self._seal(record.outputs),
            "error": self._mask(record.error),
            "reason": self._mask(record.reason),
        }
        self._pending.steps.append(msgspec.structs.replace(record, **safe))

    def record_job(self, record: JobRecord) -> None:
        """Record a job's outcome, or its item list, with the next commit."""
        safe = {
            "outputs": self._seal(record.outputs),
            "items": self._seal(record.items),
            "reason": self._mask(record.reason),
        }
        self._pending.jobs.append(msgspec.structs.replace(record, **safe))

    def record_run(self, record: RunRecord) -> None:
        """Record the run's own state with the next commit."""
        self._pending.runs.append(record)

    def record_variable(self, record: VariableRecord) -> None:
        """Record one value that steps keep in `ctx.state` with the next commit."""
        self._pending.variables.append(msgspec.structs.replace(record, value=self._seal(record.value)))

    def commit(self) -> None:
        """Make everything gathered durable, in one transaction."""
        with self._lock:
            batch = self._pending
            self._store.commit(batch)
            self._pending = Batch()  # only now: what could not be written is tried again with the next commit
            if self._committed:
                self._committed(batch.events)
