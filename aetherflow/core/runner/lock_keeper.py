"""Takes, keeps and frees the locks of one run."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.errors import StateError, StepFailed
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.step import HeldLock
from aetherflow.core.events.journal import Journal
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.history import HANDLER_PREFIX, WHOLE_JOB, Place
from aetherflow.core.runner.lock_heartbeat import Heartbeat
from aetherflow.core.runner.lock_holder import succeeding
from aetherflow.core.runner.lock_request import LockRequest, LockUnavailable, patience_for, pauses
from aetherflow.core.state.locks import LockOwner, LockRecord, LockTable, Taking
from aetherflow.core.state.records import RunRecord


class LockKeeper:
    """The locks that a run holds, and the way to more of them. ``tells`` is False until the run itself has begun."""

    def __init__(
        self,
        path: Path,
        run: RunRecord,
        *,
        journal: Journal,
        gate: InterruptGate,
        clock: Clock,
        tells: bool,
    ) -> None:
        self._path = path
        self._owner = LockOwner(flow_id=run.flow_id, run_id=run.run_id, pid=run.pid, host=run.host, token=run.token)
        self._journal = journal
        self._gate = gate
        self._clock = clock
        self._table: LockTable | None = None
        self._held: dict[str, LockRecord] = {}
        self._heartbeat = Heartbeat(path, clock.now)
        self._held_back: list[tuple[EventType, LockRecord, dict[str, Any]]] | None = None if tells else []

    def tell(self) -> None:
        """Let events out from now on: that a run has begun comes before what it holds."""
        held_back, self._held_back = self._held_back or [], None
        for event_type, lock, payload in held_back:
            self._emit(event_type, lock, **payload)

    @contextmanager
    def hold(self, request: LockRequest) -> Iterator[HeldLock]:
        """Hold a lock for the block; raises LockUnavailable before it, and StepFailed behind it where it was lost."""
        if request.key in self._held:
            raise StepFailed(
                f'lock "{request.key}" is held by this run already, {_holding_part(self._held[request.key])}',
                hint="what stands inside has the lock: it need not take it again",
            )
        try:
            lock = self._acquire(request)
            yield HeldLock(request.key, lock.fencing_token)
        finally:
            lost = self._free(request.key)
        if lost:
            raise StepFailed(_lost_words(lost))

    def loss_at(self, place: Place) -> str | None:
        """Say which lock that covers a place of the run was lost; None while all are ours."""
        if not self._held:
            return None
        lost = [lock for lock in self._covering(place) if self._heartbeat.is_lost(lock)]
        return _lost_words(lost[0]) if lost else None

    def fencing_token(self, place: Place) -> int | None:
        """Give the fencing token of the innermost lock that covers a place of the run."""
        covering = self._covering(place)
        return covering[-1].fencing_token if covering else None

    def close(self) -> None:
        """Let go of everything and end the heartbeat."""
        self._heartbeat.stop()
        if self._table is None:
            return
        with self._table, suppress(StateError):  # what cannot be freed is taken over once this process has ended
            if self._held:
                self._table.free_all_of(self._owner.flow_id, self._owner.run_id)

    def _covering(self, place: Place) -> list[LockRecord]:
        return [lock for lock in self._held.values() if _covers(lock, place)]

    def _acquire(self, request: LockRequest) -> LockRecord:
        started = self._clock.monotonic()
        patience, timed_out = patience_for(request)
        between = pauses()
        while True:
            taking, predecessor = self._attempt(request)
            waited = self._clock.monotonic() - started
            if taking.is_taken:
                self._announce(taking.lock, waited, predecessor)
                return taking.lock
            if waited >= patience:
                raise LockUnavailable(request.key, taking.lock, waited, timed_out=timed_out)
            self._gate.pause(min(next(between), patience - waited), self._clock.sleep)

    def _attempt(self, request: LockRequest) -> tuple[Taking, LockRecord | None]:
        """Take the lock if it is free or its holder is dead; gives the dead holder too."""
        table = self._opened()
        holder = table.find(request.key)
        if holder is None:
            return self._take(table, request), None
        with succeeding(self._path, holder, host=self._owner.host, now=self._clock.now()) as is_dead:
            taking = self._take(table, request, over=holder) if is_dead else Taking(holder, is_taken=False)
            return taking, holder

    def _take(self, table: LockTable, request: LockRequest, over: LockRecord | None = None) -> Taking:
        with self._shield():  # a signal must not part the row from our knowing of it
            taking = table.take(
                request.key,
                self._owner_at(request),
                ttl_seconds=request.ttl_seconds,
                now=self._clock.now(),
                over=over,
            )
            if taking.is_taken:
                self._held[request.key] = taking.lock
                self._heartbeat.add(taking.lock)
        return taking

    def _free(self, key: str) -> LockRecord | None:
        """Let go of a lock, if it was taken; gives it where it had been lost."""
        lock = self._held.get(key)
        if lock is None:
            return None
        with self._shield():
            self._heartbeat.remove(key)
            was_ours = self._opened().free(key, lock.fencing_token)
            del self._held[key]
        self._emit(EventType.LOCK_RELEASED, lock, lost=not was_ours)
        return None if was_ours else lock

    def _opened(self) -> LockTable:
        if self._table is None:
            self._table = LockTable.open(self._path)
        return self._table

    def _owner_at(self, request: LockRequest) -> LockOwner:
        place = request.place
        if place is None:
            return self._owner
        item = None if place.item == WHOLE_JOB else place.item
        return replace(self._owner, job_id=place.job_id, item=item, step_id=request.step_id)

    def _shield(self) -> AbstractContextManager[None]:
        # Signals interrupt the main thread only; from another one its window is not ours to touch.
        in_main_thread = threading.current_thread() is threading.main_thread()
        return self._gate.shielded() if in_main_thread else nullcontext()

    def _announce(self, lock: LockRecord, waited_seconds: float, predecessor: LockRecord | None) -> None:
        taken_over_from = None
        if predecessor:
            names = ("flow_id", "run_id", "job_id", "step_id", "pid", "host", "fencing_token")
            taken_over_from = {name: getattr(predecessor, name) for name in names}
        self._emit(EventType.LOCK_ACQUIRED, lock, waited_seconds=waited_seconds, taken_over_from=taken_over_from)

    def _emit(self, event_type: EventType, lock: LockRecord, **payload: Any) -> None:
        if self._held_back is not None:
            self._held_back.append((event_type, lock, payload))
            return
        self._journal.emit(
            event_type,
            job_id=lock.job_id,
            item=lock.item,
            step_id=lock.step_id,
            key=lock.key,
            fencing_token=lock.fencing_token,
            **payload,
        )


def _covers(lock: LockRecord, place: Place) -> bool:
    if lock.job_id is None:
        return not place.job_id.startswith(HANDLER_PREFIX)  # handlers tell of an end, also of one by a lost lock
    return lock.job_id == place.job_id and lock.item in (None, place.item)


def _holding_part(lock: LockRecord) -> str:
    if lock.step_id:
        return f'by step "{lock.job_id}.{lock.step_id}"'
    return f'by job "{lock.job_id}"' if lock.job_id else "by the run as a whole"


def _lost_words(lock: LockRecord) -> str:
    return f'lock "{lock.key}" was taken away while it was held: fencing token {lock.fencing_token} is stale'
