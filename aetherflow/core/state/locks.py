"""Locks as rows of the state file: taken, renewed and freed, each in one transaction.

Who lives is not judged here: whoever takes a lock over from a holder that it knows to be dead names that holder, and
gets the lock only where it is that very holder's still.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

import msgspec
from msgspec import Struct

from aetherflow.core.state import failures, opening, rows
from aetherflow.core.state.queries import queries


class LockOwner(Struct, frozen=True, kw_only=True):
    """Who wants or holds a lock; ``step_id`` is None where a whole job, ``job_id`` where a whole run holds it."""

    flow_id: str
    run_id: str
    job_id: str | None = None
    item: int | None = None
    step_id: str | None = None
    pid: int
    host: str
    token: str


class LockRecord(LockOwner, frozen=True, kw_only=True):
    """A lock that is held. ``fencing_token`` tells its holder from every other one, before and after.

    Times are UTC seconds since 1970.
    """

    key: str
    fencing_token: int
    acquired_at: float
    renewed_at: float
    ttl_seconds: float

    @property
    def expires_at(self) -> float:
        """The moment from which the holder counts as dead where nobody can ask whether it lives."""
        return self.renewed_at + self.ttl_seconds


class Taking(Struct, frozen=True):
    """How an attempt to take a lock ended: the lock as it is now, taken or somebody else's."""

    lock: LockRecord
    is_taken: bool


class LockTable:
    """The locks of one state file, on a connection of its own. Threads may share it, one at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._queries = queries("locks")
        self._lock = RLock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the locks of a state file that exists; raises StateError."""
        table = cls.open_existing(path)
        if table is None:
            raise failures.unusable(path, "it was removed")
        return table

    @classmethod
    def open_existing(cls, path: Path) -> Self | None:
        """Open the locks of a state file, or give None where there is none; creates nothing. Raises StateError."""
        connection = opening.open_existing(path)
        return cls(path, connection) if connection else None

    def close(self) -> None:
        """Let go of the file; what is held stays held."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def find(self, key: str) -> LockRecord | None:
        """Give the lock of a key, None where nobody holds it."""
        with self._explained():
            return self._holder(key)

    def is_known(self, key: str) -> bool:
        """Tell whether anybody has ever held the lock of this key."""
        with self._explained():
            return bool(self._select("find_lock", key))

    def held(self) -> list[LockRecord]:
        """Give all locks that are held, by key."""
        with self._explained():
            return [_record(row) for row in self._select("held_locks")]

    def take(
        self, key: str, owner: LockOwner, *, ttl_seconds: float, now: float, over: LockRecord | None = None
    ) -> Taking:
        """Take the lock where it is free, or still that of ``over``; the fencing token is one that nobody had."""
        with self._writing():
            found = self._select("find_lock", key)
            holder = _holder_of(found)
            if holder and (over is None or holder.fencing_token != over.fencing_token):
                return Taking(holder, is_taken=False)
            lock = LockRecord(
                **msgspec.structs.asdict(owner),
                key=key,
                fencing_token=int(found[0][1]) + 1 if found else 1,
                acquired_at=now,
                renewed_at=now,
                ttl_seconds=ttl_seconds,
            )
            self._connection.execute(self._queries["put_lock"], _row(lock))
        return Taking(lock, is_taken=True)

    def renew(self, key: str, fencing_token: int, *, now: float) -> bool:
        """Say that the holder lives; False where it has lost the lock."""
        return self._change("renew_lock", now, key, fencing_token) > 0

    def free(self, key: str, fencing_token: int) -> bool:
        """Let go of a lock; False where the holder had lost it."""
        return self._change("free_lock", key, fencing_token) > 0

    def free_all_of(self, flow_id: str, run_id: str) -> int:
        """Let go of everything that a run holds, and tell how many locks that were."""
        return self._change("free_locks_of_run", flow_id, run_id)

    def _change(self, query: str, *values: str | int | float) -> int:
        with self._writing():
            return self._connection.execute(self._queries[query], values).rowcount

    def _holder(self, key: str) -> LockRecord | None:
        return _holder_of(self._select("find_lock", key))

    def _select(self, query: str, *values: str) -> list[rows.Row]:
        with self._lock:
            return self._connection.execute(self._queries[query], values).fetchall()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Run the block in one transaction for writing."""
        with self._lock, self._explained():
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:  # the block failed, or a signal came in the middle of it
                    self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise failures.state_error(self.path, error) from error
        except msgspec.MsgspecError as error:
            raise failures.damaged(self.path, str(error)) from error


_FIELDS = (
    "key",
    "fencing_token",
    "flow_id",
    "run_id",
    "job_id",
    "item",
    "step_id",
    "pid",
    "host",
    "token",
    "acquired_at",
    "renewed_at",
    "ttl_seconds",
)


def _row(lock: LockRecord) -> rows.Row:
    return tuple(getattr(lock, name) for name in _FIELDS)


def _holder_of(found: list[rows.Row]) -> LockRecord | None:
    is_held = found and found[0][_FIELDS.index("flow_id")] is not None
    return _record(found[0]) if is_held else None


def _record(row: rows.Row) -> LockRecord:
    return msgspec.convert(dict(zip(_FIELDS, row, strict=True)), LockRecord)
