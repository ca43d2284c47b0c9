"""The locks of one run: wanted by its steps, for its jobs or for all of it.

Nothing is imported, opened or started before the first lock is wanted: most runs want none.
"""

from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.step import HeldLock
from aetherflow.core.documents.flow import LockSettings
from aetherflow.core.events.journal import Journal
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.history import Place
from aetherflow.core.state.records import RunRecord

if TYPE_CHECKING:
    from aetherflow.core.runner.lock_keeper import LockKeeper


class RunLocks:
    """What a run asks of locks. ``settings`` is its flow's `locks`."""

    def __init__(
        self, path: Path, run: RunRecord, settings: LockSettings, *, journal: Journal, gate: InterruptGate, clock: Clock
    ) -> None:
        self._path = path
        self._run = run
        self._settings = settings
        self._journal = journal
        self._gate = gate
        self._clock = clock
        self._has_begun = False
        self._flow_lock = ExitStack()
        self._keeper: LockKeeper | None = None

    def take_for_flow(self) -> None:
        """Take the lock of the whole run, where the flow asks for one; raises HeldElsewhere."""
        if self._settings.scope != "flow":
            return
        # deferred: 1 ms, only wanted by runs with a lock
        from aetherflow.core.runner.lock_request import LockRequest, LockUnavailable, flow_held

        request = LockRequest(key=f"flow:{self._run.flow_id}", ttl_seconds=self._settings.ttl_seconds)
        try:
            self._flow_lock.enter_context(self._wanted().hold(request))
        except LockUnavailable as unavailable:
            raise flow_held(self._run.flow_id, unavailable.holder) from None

    def has_begun(self) -> None:
        """Let events out from now on: that a run has begun comes before what it holds."""
        self._has_begun = True
        if self._keeper:
            self._keeper.tell()

    def free_for_flow(self) -> None:
        """Let go of the lock of the whole run."""
        try:
            self._flow_lock.close()
        except StepFailed as lost:  # steps that were running when this was noticed have failed
            self._journal.emit(EventType.LOG, level="warning", message=lost.message)

    def for_job(self, job_id: str) -> AbstractContextManager[HeldLock | None]:
        """Hold the lock of a job for the block, where the flow asks for one; raises LockUnavailable."""
        if self._settings.scope != "job":
            return nullcontext()
        from aetherflow.core.runner.lock_request import LockRequest  # deferred: as above

        key = f"job:{self._run.flow_id}/{job_id}"
        return self._wanted().hold(LockRequest(key=key, ttl_seconds=self._settings.ttl_seconds, place=Place(job_id)))

    def for_step(
        self,
        key: str,
        place: Place,
        step_id: str,
        *,
        ttl_seconds: float,
        wait_seconds: float,
        time_left_seconds: float | None,
    ) -> AbstractContextManager[HeldLock]:
        """Hold a lock for a block of a step's code; raises StepFailed, and its sub-class LockUnavailable."""
        from aetherflow.core.runner.lock_request import LockRequest, checked_key, checked_times  # deferred: as above

        checked_times(ttl_seconds, wait_seconds)
        return self._wanted().hold(
            LockRequest(
                key=checked_key(key),
                ttl_seconds=float(ttl_seconds),
                wait_seconds=float(wait_seconds),
                time_left_seconds=time_left_seconds,
                place=place,
                step_id=step_id,
            )
        )

    def loss_at(self, place: Place) -> str | None:
        """Say which lock that covers a place of the run was lost; None while all are ours."""
        return self._keeper.loss_at(place) if self._keeper else None

    def fencing_token(self, place: Place) -> int | None:
        """Give the fencing token of the innermost lock that covers a place of the run."""
        return self._keeper.fencing_token(place) if self._keeper else None

    def close(self) -> None:
        """Let go of everything."""
        if self._keeper:
            self._keeper.close()

    def _wanted(self) -> "LockKeeper":
        if self._keeper is None:
            from aetherflow.core.runner.lock_keeper import LockKeeper  # deferred: 2 ms with threads and queries

            self._keeper = LockKeeper(
                self._path,
                self._run,
                journal=self._journal,
                gate=self._gate,
                clock=self._clock,
                tells=self._has_begun,
            )
        return self._keeper
