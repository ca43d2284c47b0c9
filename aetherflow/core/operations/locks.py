"""`locks list` and `locks release`: who holds what, and letting go for somebody who cannot."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import HeldElsewhere, InputError
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.operations.run_lookup import common_state_file
from aetherflow.core.runner.lock_holder import holder_words, is_live, succeeding
from aetherflow.core.state.locks import LockRecord, LockTable


class LockView(Struct, frozen=True, kw_only=True):
    """A lock that is held, and whether its holder lives. Times are UTC seconds since 1970."""

    key: str
    fencing_token: int
    is_live: bool
    flow_id: str
    run_id: str
    job_id: str | None
    item: int | None
    step_id: str | None
    pid: int
    host: str
    acquired_at: float
    renewed_at: float
    ttl_seconds: float


class Released(Struct, frozen=True, kw_only=True):
    """A lock that was let go of, and the holder that had it."""

    lock: LockView
    holder: str


def list_locks(environ: Mapping[str, str], *, state_file: Path | None = None) -> list[LockView]:
    """Give the locks that are held in a state file, by key; without one, in the file of flows that name none."""
    path = state_file or common_state_file(environ)
    table = LockTable.open_existing(_true(path))
    if table is None:
        return []
    with table:
        return [_view(lock, is_live=_lives(table, lock)) for lock in table.held()]


def release_lock(
    key: str, environ: Mapping[str, str], *, force: bool = False, state_file: Path | None = None
) -> Released:
    """Let go of a lock; raises InputError where nobody has it, and HeldElsewhere where a live run does, unless forced.

    What a dead holder left running on this host is ended first. A live holder whose lock is forced finds out when it
    next looks, and its step fails.
    """
    path = state_file or common_state_file(environ)
    table = LockTable.open_existing(_true(path))
    if table is None:
        raise _not_held(key, path, [])
    with table:
        lock = table.find(key)
        if lock is None:
            raise _not_held(key, path, [held.key for held in table.held()])
        return _release(table, lock, force=force)


def _release(table: LockTable, lock: LockRecord, *, force: bool) -> Released:
    with succeeding(table.path, lock, host=os.uname().nodename, now=time.time()) as is_dead:
        if not (is_dead or force):
            raise _alive(lock)
        if not table.free(lock.key, lock.fencing_token):
            raise _changed(lock)
    return Released(lock=_view(lock, is_live=not is_dead), holder=holder_words(lock))


def _lives(table: LockTable, lock: LockRecord) -> bool:
    return is_live(table.path, lock, host=os.uname().nodename, now=time.time())


def _view(lock: LockRecord, *, is_live: bool) -> LockView:
    fields = structs.asdict(lock)
    del fields["token"]  # by which its processes are found: nobody else's business
    return LockView(**fields, is_live=is_live)


def _true(path: Path) -> Path:
    # One file has one folder of OS locks beside it, by whatever name it is called.
    return Path(os.path.realpath(path))


def _not_held(key: str, path: Path, held: list[str]) -> InputError:
    message = f'nobody holds a lock "{key}" in {path}'
    hint = did_you_mean(key, held) or "`aetherflow locks list` shows the locks that are held"
    return InputError.of(Diagnostic(code="AF-R402", message=message, hint=hint))


def _changed(lock: LockRecord) -> InputError:
    message = f'lock "{lock.key}" was let go of, or taken by somebody else, this very moment'
    hint = "look again with `aetherflow locks list`"
    return InputError.of(Diagnostic(code="AF-R403", message=message, hint=hint))


def _alive(lock: LockRecord) -> HeldElsewhere:
    message = f'lock "{lock.key}" is held by {holder_words(lock)}, which lives as far as can be told from here'
    hint = "wait, stop that run, or take the lock away with --force: its step then fails"
    return HeldElsewhere.of(Diagnostic(code="AF-R404", message=message, hint=hint))
