"""Who uses a tree of the cache: a shared lock on its folder, which lives and dies with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class TreeHold:
    """Keeps a tree in the cache from ``hold_tree`` to ``release``, or until nobody has the hold any more."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go of the tree; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)  # and with it the lock
            self._descriptor = None

    def __del__(self) -> None:
        """Let go of the tree with the last one who knows of the hold: those who read a flow in it are many."""
        self.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def hold_tree(root: Path) -> TreeHold | None:
    """Hold a tree, which works in a cache that cannot be written too; None where it is gone."""
    descriptor = _open(root)
    if descriptor is None:
        return None
    with suppress(OSError):  # a file system without locks: there the runs that are recorded keep the tree
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not _is_at(root, descriptor):  # it was taken away before it was held
        os.close(descriptor)
        return None
    return TreeHold(descriptor)


@contextmanager
def held_alone(root: Path) -> Iterator[bool]:
    """Keep others from a tree for the length of the block; gives False where a live process holds it."""
    descriptor = _open(root)
    if descriptor is None:
        yield True
        return
    try:
        yield _lock_alone(descriptor)
    finally:
        os.close(descriptor)


def _lock_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # as above
    return True


def _open(root: Path) -> int | None:
    try:
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None


def _is_at(root: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(root.lstat(), os.fstat(descriptor))
    except OSError:
        return False
