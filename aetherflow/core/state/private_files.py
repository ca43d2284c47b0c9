"""Folders and lock files that only their owner may enter, whatever the umask says."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def make_private_folder(folder: Path) -> None:
    """Create a folder and its missing parents, each 0700; folders that exist stay as they are."""
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    try:
        folder.mkdir()
    except FileExistsError:
        # Another process was faster; a file in the folder's place is for the caller's next step to trip over.
        return
    folder.chmod(PRIVATE_FOLDER)


def locks_folder(state_path: Path) -> Path:
    """Give the folder that holds the lock files of a state file; every name of the file leads to the same folder."""
    return Path(os.path.realpath(state_path) + ".locks")


def open_lock_file(path: Path) -> int:
    """Open a lock file, made 0600 where it is missing; the descriptor does not pass to child processes."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE)
    if os.fstat(descriptor).st_mode & 0o777 != PRIVATE_FILE:
        os.fchmod(descriptor, PRIVATE_FILE)
    return descriptor


def write_new_file(path: Path, content: bytes, *, is_durable: bool = False) -> None:
    """Write a file that must not be there yet, for its owner alone; a durable one survives a power cut. OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    with open(os.open(path, flags, PRIVATE_FILE), "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
        stream.write(content)
        if is_durable:
            stream.flush()
            os.fsync(stream.fileno())


def replace_private(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, its owner's alone, and make the folders that are missing. OSError."""
    make_private_folder(path.parent)
    replace_through(path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}"), path, content)


def replace_through(temporary: Path, path: Path, content: bytes, *, is_durable: bool = False) -> None:
    """Put a file in its place in one step; ``temporary`` lies beside it, and must not be there yet. OSError."""
    try:
        write_new_file(temporary, content, is_durable=is_durable)
        temporary.replace(path)
    except BaseException:  # an interrupt too must leave nothing behind
        with suppress(OSError):
            temporary.unlink()
        raise


@contextmanager
def exclusive(lock_file: Path) -> Iterator[None]:
    """Hold an OS lock for the length of the block, waiting for it as long as another process holds it."""
    descriptor = open_lock_file(lock_file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # and with it the lock
