"""Whether the holder of a lock lives, who it is in words, and how a dead one is succeeded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aetherflow.core.contracts.errors import HeldElsewhere
from aetherflow.core.events.wording import utc_to_the_second
from aetherflow.core.processes.leftovers import end_leftovers
from aetherflow.core.state.liveness import RunHold, is_held
from aetherflow.core.state.locks import LockRecord, LockTable
from aetherflow.core.state.records import RunRecord

#: How long a process that a dead runner left behind gets to end by itself.
LEFTOVER_GRACE_SECONDS = 5.0


def holder_words(lock: LockRecord) -> str:
    """Write who holds a lock: flow, run, job and step, process and host, since when."""
    part = ".".join(filter(None, (lock.job_id, lock.step_id)))
    since = utc_to_the_second(lock.acquired_at)
    where = f" ({part})" if part else ""
    return f'run "{lock.run_id}" of flow "{lock.flow_id}"{where}, process {lock.pid} on {lock.host} since {since} UTC'


def is_live(state_path: Path, lock: LockRecord, *, host: str, now: float) -> bool:
    """Tell whether a lock's holder lives: by its runner's OS lock, and of another host by the lock's time to live.

    The OS lock of a runner that is seen to be held is proof, wherever it runs. That it is free proves something only on
    this host: not every file system carries locks from one to another.
    """
    if is_held(state_path, lock.flow_id, lock.run_id):
        return True
    return lock.host != host and now < lock.expires_at


@contextmanager
def succeeding(state_path: Path, lock: LockRecord, *, host: str, now: float) -> Iterator[bool]:
    """Make sure for the block that a lock's holder is dead and stays so; False where it lives.

    What it left running on this host is ended before the block. Meanwhile its run is held, so that nobody resumes it
    and is taken for what was left.
    """
    if is_live(state_path, lock, host=host, now=now):
        yield False
        return
    if lock.host != host:
        yield True
        return
    try:
        hold = RunHold.acquire(state_path, lock.flow_id, lock.run_id, pid=os.getpid(), host=host, started_at=now)
    except HeldElsewhere:  # it was resumed this very moment, or somebody else succeeds it
        yield False
        return
    with hold:
        end_leftovers([lock.token], grace_seconds=LEFTOVER_GRACE_SECONDS)
        yield True


def clear_up_after(state_path: Path, run: RunRecord) -> None:
    """End what an earlier process of a run left running, and free what it held; the caller holds the run now."""
    end_leftovers([run.token], grace_seconds=LEFTOVER_GRACE_SECONDS)
    with LockTable.open(state_path) as table:
        table.free_all_of(run.flow_id, run.run_id)
