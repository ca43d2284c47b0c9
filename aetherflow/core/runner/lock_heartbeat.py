"""Keeps the locks of a run alive from a thread of its own, with a connection of its own, and notices what is lost."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Thread

from aetherflow.core.contracts.errors import StateError
from aetherflow.core.state.locks import LockRecord, LockTable

#: However long a lock may live unrenewed, we look at it this often: a forced release is to be noticed.
MOST_SECONDS_BETWEEN_BEATS = 15.0


class Heartbeat:
    """Renews locks every third of their time to live. The thread starts with the first lock, and ends with ``stop``."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._table: LockTable | None = None
        self._locks: dict[str, LockRecord] = {}
        self._due: dict[str, float] = {}
        self._lost: set[tuple[str, int]] = set()
        self._changed = Condition()
        self._is_over = False
        self._thread: Thread | None = None

    def add(self, lock: LockRecord) -> None:
        """Keep a lock alive from now on."""
        with self._changed:
            self._locks[lock.key] = lock
            self._due[lock.key] = time.monotonic() + _interval(lock)
            self._changed.notify()
        if self._thread is None:
            self._thread = Thread(target=self._beat, name="aetherflow-locks", daemon=True)
            self._thread.start()

    def remove(self, key: str) -> None:
        """Let a lock be; it is about to be freed."""
        with self._changed:
            self._locks.pop(key, None)
            self._due.pop(key, None)

    def is_lost(self, lock: LockRecord) -> bool:
        """Tell whether a renewal found that the lock is no longer ours."""
        return bool(self._lost) and (lock.key, lock.fencing_token) in self._lost

    def stop(self) -> None:
        """End the thread and wait for its end."""
        with self._changed:
            self._is_over = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _beat(self) -> None:
        try:
            while (due := self._wait_for_due()) is not None:
                for lock in due:
                    self._renew(lock)
        finally:
            if self._table:
                self._table.close()

    def _wait_for_due(self) -> list[LockRecord] | None:
        """Wait until locks must be renewed and give them; None at the end."""
        with self._changed:
            while not self._is_over:
                now = time.monotonic()
                due = [self._locks[key] for key, moment in self._due.items() if moment <= now]
                if due:
                    self._due.update({lock.key: now + _interval(lock) for lock in due})
                    return due
                self._changed.wait(min(self._due.values()) - now if self._due else None)
        return None

    def _renew(self, lock: LockRecord) -> None:
        try:
            if self._table is None:
                self._table = LockTable.open(self._path)
            is_ours = self._table.renew(lock.key, lock.fencing_token, now=self._now())
        except StateError:
            return  # busy or full: the next beat tries again, and until then our OS lock shows that we live
        if not is_ours:
            with self._changed:
                self._lost.add((lock.key, lock.fencing_token))
                self._due.pop(lock.key, None)


def _interval(lock: LockRecord) -> float:
    return min(lock.ttl_seconds / 3, MOST_SECONDS_BETWEEN_BEATS)
