"""Makes a fetched tree final: read-only, so that accidents show, and safe from a power cut before it is active."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.state.durable_names import make_durable

READ_ONLY_FOLDER = 0o500
_FILE, _PROGRAM = 0o400, 0o500
#: Of more files it is faster to let the file system write whatever it has not written yet.
_MANY_FILES = 200
_WRITERS = 16


def settle(root: Path, listing: BundleListing) -> None:
    """Take the rights to write from what is in a tree, and wait until all of it is on the disk; raises OSError.

    The root itself stays writable: a folder that goes elsewhere must be.
    """
    paths = []
    for path, mode in _entries(root, listing):
        path.chmod(mode)
        paths.append(path)
    if len(paths) <= _MANY_FILES or not _write_file_system(root):
        _write_each(paths)
    make_durable(root)


def _entries(root: Path, listing: BundleListing) -> Iterator[tuple[Path, int]]:
    for path in listing.files:
        yield root / path, _PROGRAM if path in listing.executable else _FILE
    inner = {parent for path in (*listing.files, *listing.empty_folders) for parent in PurePosixPath(path).parents}
    for folder in {*inner, *map(PurePosixPath, listing.empty_folders)}:
        if folder.parts:
            yield root / folder, READ_ONLY_FOLDER


def _write_each(paths: Iterable[Path]) -> None:
    from concurrent.futures import ThreadPoolExecutor  # deferred: only where something was fetched

    with ThreadPoolExecutor(_WRITERS) as writers:  # a disk makes many files durable in the time of a few
        for _ in writers.map(_write, paths):
            pass  # an error in one of them is raised here


def _write(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_file_system(folder: Path) -> bool:
    """Write everything of the folder's file system; False where the system cannot. Raises OSError."""
    import ctypes  # deferred: only for large bundles

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs  # not `os.sync`: that would wait for every disk there is
    except (AttributeError, OSError):
        return False
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)
    return True
