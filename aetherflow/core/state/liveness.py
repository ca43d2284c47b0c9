"""Who runs a run: an OS lock that lives and dies with the runner's process, whatever becomes of pids and hosts."""

import contextlib
import fcntl
import os
import time
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import HeldElsewhere
from aetherflow.core.state import failures
from aetherflow.core.state.private_files import locks_folder, make_private_folder, open_lock_file

# Somebody who asks `is_held` keeps the lock shared for a moment; a starting run waits that moment out.
_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.002
_READS = 25


class Holder(Struct, frozen=True):
    """Who holds a run, for the message that another one gets."""

    pid: int
    host: str
    started_at: float


class RunHold:
    """The hold on one run, kept from ``acquire`` to ``release`` or to the death of the process, kill -9 included.

    The lock file's name is a digest, so that no id can lead out of the folder. Only ``retire`` removes it: whoever
    locks a file that is no longer the one at its path, because it waited meanwhile, holds nothing and tries again.
    """

    def __init__(self, descriptor: int, file: Path) -> None:
        self._descriptor: int | None = descriptor
        self._file = file

    @classmethod
    def acquire(cls, state_path: Path, flow_id: str, run_id: str, *, pid: int, host: str, started_at: float) -> Self:
        """Take hold of a run; raises HeldElsewhere, which names the holder, and StateError where no lock can be had."""
        file = _lock_file(state_path, flow_id, run_id)
        while True:
            descriptor = _open(file)
            try:
                if not _lock(descriptor, file):
                    raise _held_elsewhere(descriptor, flow_id, run_id)
                if _is_at(file, descriptor):
                    _write_holder(descriptor, Holder(pid, host, started_at))
                    return cls(descriptor, file)
            except OSError as error:
                os.close(descriptor)
                raise failures.folder_refused(file.parent, error) from error
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def retire(self) -> None:
        """Let go of a run that is no more, and remove its lock file."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # an empty file that stays does no harm
                self._file.unlink()
            self.release()

    def release(self) -> None:
        """Let go of the run; a second call does nothing."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)  # and with it the lock
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_held(state_path: Path, flow_id: str, run_id: str) -> bool:
    """Tell whether a live process holds the run; a starting run is not disturbed by the question."""
    file = _lock_file(state_path, flow_id, run_id)
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise failures.folder_refused(locks_folder(state_path), error) from error
    try:
        is_free = _try_lock(descriptor, fcntl.LOCK_SH)
        is_retired = not _is_at(file, descriptor)
    finally:
        os.close(descriptor)
    return is_held(state_path, flow_id, run_id) if is_retired else not is_free


def _open(file: Path) -> int:
    try:
        make_private_folder(file.parent)
        return open_lock_file(file)
    except OSError as error:
        raise failures.folder_refused(file.parent, error) from error


def _is_at(file: Path, descriptor: int) -> bool:
    """Tell whether an open file is still the one at its path."""
    try:
        return os.path.samestat(file.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _lock_file(state_path: Path, flow_id: str, run_id: str) -> Path:
    # Each id behind its length, so that no two pairs of ids read the same.
    parts = [part.encode("utf-8", "surrogatepass") for part in (flow_id, run_id)]
    digest = sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest()
    return locks_folder(state_path) / f"run-{digest}.lock"


def _lock(descriptor: int, file: Path) -> bool:
    """Lock for this process alone; False where another one has done so, at once and without waiting for it."""
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    try:
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            # A holder refuses a shared lock too; those who only ask do not.
            if not _try_lock(descriptor, fcntl.LOCK_SH) or time.monotonic() > give_up_at:
                return False
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            time.sleep(_PAUSE_SECONDS)
    except OSError as error:
        raise failures.refusal(
            "AF-R110",
            f'the file system of "{file.parent}" gives no locks: {error.strerror}',
            "keep the state on a local disk: name another place in `flow.state.path` or AETHERFLOW_STATE_ROOT",
        ) from error
    return True


def _try_lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_holder(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)  # what a killed holder left
    os.pwrite(descriptor, msgspec.json.encode(holder), 0)


def _read_holder(descriptor: int) -> Holder | None:
    """Read who holds the run; None where it says nothing, even after the moment between its lock and its note."""
    for _ in range(_READS):
        try:
            return msgspec.json.decode(os.pread(descriptor, 4096, 0), type=Holder)
        except msgspec.MsgspecError:
            time.sleep(_PAUSE_SECONDS)
    return None


def _held_elsewhere(descriptor: int, flow_id: str, run_id: str) -> HeldElsewhere:
    holder = _read_holder(descriptor)
    by = f"process {holder.pid} on {holder.host}" if holder else "another process"
    message = f'run "{run_id}" of flow "{flow_id}" is held by {by}'
    hint = "wait until it ends, stop it, or start a run of its own with another --run-id"
    return HeldElsewhere.of(Diagnostic(code="AF-R111", message=message, hint=hint))
