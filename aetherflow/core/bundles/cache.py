"""Where the bundles of one id are kept: a store of trees named by content, pointers to the active ones, and a lock.

Below ``<cache root>/<bundle id>/``:

- ``store/<digest>/`` is a tree as it was fetched, read-only, and ``store/<digest>.json`` says what it holds;
- ``active/<source>.json`` names the tree that is active for one source: manifests may share an id by accident;
- ``staging/`` has what is on its way in or out: what is found there under the lock was left by somebody who is dead;
- ``lock`` is held by whoever changes anything of this.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from aetherflow.core.bundles.ownership import require_own
from aetherflow.core.bundles.values import FetchFailed
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.plugins.digests import ALGORITHM
from aetherflow.core.state.durable_names import make_durable
from aetherflow.core.state.folder import require_name
from aetherflow.core.state.private_files import PRIVATE_FOLDER, make_private_folder, open_lock_file, write_new_file

_SECONDS_BETWEEN_LOOKS = 0.02
_LONGEST_PID = 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class CacheFailed(FetchFailed):
    """The cache cannot take in what is fetched."""


class CacheBusy(FetchFailed):
    """Another process has the cache, and keeps it for longer than a fetch may take."""

    exit_code = 4


class BundleCache(Struct, frozen=True):
    """The folder of one bundle id."""

    folder: Path

    @property
    def staging(self) -> Path:
        """What is on its way."""
        return self.folder / "staging"

    @property
    def store(self) -> Path:
        """Trees by digest, and what each holds."""
        return self.folder / "store"

    @property
    def active(self) -> Path:
        """A pointer for each source."""
        return self.folder / "active"

    def tree(self, digest: str) -> Path:
        """Give the folder of a tree."""
        return self.store / _hex(digest)

    def record_file(self, digest: str) -> Path:
        """Give the file that says what a tree holds."""
        return self.store / f"{_hex(digest)}.json"

    def pointer_file(self, source_key: str) -> Path:
        """Give the file that names the active tree of a source."""
        return self.active / f"{source_key}.json"

    def prepare(self) -> None:
        """Make the folders, for their owner alone, and remove what dead processes left on its way; raises OSError."""
        for folder in (self.staging, self.store, self.active):
            make_private_folder(folder)
        for leftover in self.on_its_way():
            remove(leftover)

    def on_its_way(self) -> list[Path]:
        """Give what is in staging: it is somebody's who holds the lock, or was left by a dead process."""
        try:
            with os.scandir(self.staging) as found:
                return [Path(entry.path) for entry in found]
        except FileNotFoundError:
            return []

    def new_folder(self) -> Path:
        """Make an empty folder in which something is put together."""
        folder = self._new_path()
        folder.mkdir(PRIVATE_FOLDER)
        return folder

    def write(self, path: Path, content: bytes) -> None:
        """Put a file in its place in one step; it survives a power cut."""
        temporary = self._new_path()
        write_new_file(temporary, content, is_durable=True)
        temporary.replace(path)
        make_durable(path.parent)

    def retire(self, path: Path) -> None:
        """Take a tree or a file out of its place in one step, then remove it."""
        with suppress(FileNotFoundError):
            away = self._new_path()
            if path.is_dir() and not path.is_symlink():
                path.chmod(PRIVATE_FOLDER)  # a folder that goes elsewhere must be writable
            path.rename(away)
            remove(away)

    def _new_path(self) -> Path:
        return self.staging / f"{os.getpid()}-{os.urandom(6).hex()}"


def bundle_cache(cache_root: Path, bundle_id: str) -> BundleCache:
    """Give the cache of a bundle id.

    Raises InputError for an id that would lead elsewhere, and CacheNotOurs where other users may write.
    """
    cache = BundleCache(cache_root / require_name(bundle_id))
    require_own((cache_root, cache.folder), inner=(cache.staging, cache.store, cache.active))
    return cache


@contextmanager
def locked(cache: BundleCache, *, within_seconds: float) -> Iterator[None]:
    """Hold the cache alone; raises CacheBusy where another process still has it after this time, and OSError."""
    make_private_folder(cache.folder)
    descriptor = open_lock_file(cache.folder / "lock")
    try:
        _lock(cache, descriptor, within_seconds)
        yield
    finally:
        os.close(descriptor)  # and with it the lock


def _lock(cache: BundleCache, descriptor: int, within_seconds: float) -> None:
    over = time.monotonic() + within_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= over:
                raise _busy(cache, os.pread(descriptor, _LONGEST_PID, 0), within_seconds) from None
        time.sleep(_SECONDS_BETWEEN_LOOKS)  # flock itself waits without end, and a holder may have been stopped
    with suppress(OSError):  # on a full disk it stays unsaid who has the lock
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d" % os.getpid(), 0)


def _busy(cache: BundleCache, holder: bytes, seconds: float) -> CacheBusy:
    named = f" ({holder.decode()})" if holder.isdigit() else ""
    return CacheBusy.of(
        Diagnostic(
            code="AF-B227",
            message=f'another process{named} has held the cache "{cache.folder}" for {seconds:g} seconds and more',
            hint="see whether it is still at work; end it if it hangs, then try again",
        )
    )


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it, whatever its rights; no link is followed."""
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    folders = [path]
    for folder in folders:  # grows while we walk it
        folder.chmod(PRIVATE_FOLDER)
        with os.scandir(folder) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    os.unlink(entry.path)  # noqa: PTH108  # tens of thousands of them: a Path each costs as much again
    for folder in reversed(folders):
        folder.rmdir()


def cache_failed(cache: BundleCache, error: OSError) -> CacheFailed:
    """Say in words that the cache cannot be written."""
    folder = cache.folder
    if error.errno in _NO_ROOM:
        code, what = "AF-B211", f'there is no room left for the bundle in "{folder}"'
        hint = "free some space, or set AETHERFLOW_STATE_ROOT to a place that has more; what was there is untouched"
    else:
        why = system_reason(error)
        at = f' ("{error.filename}")' if error.filename and error.filename != str(folder) else ""
        code, what = "AF-B210", f'the cache of bundles "{folder}" cannot be written: {why}{at}'
        hint = "give the user who runs aetherflow the right to write there, or set AETHERFLOW_STATE_ROOT"
    return CacheFailed.of(Diagnostic(code=code, message=what, hint=hint))


def _hex(digest: str) -> str:
    return digest.removeprefix(f"{ALGORITHM}:")
