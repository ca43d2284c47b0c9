"""Tells when files below some folders have changed: by looking, for that needs nothing of the system."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_LOOK_SECONDS = 0.5
#: How long nothing may change before a change counts: an editor writes a file in several steps.
_SETTLE_SECONDS = 0.2
_LEFT_OUT = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})
_MOST_FILES = 20_000

#: Of each file its inode, size and time.
Looks = dict[str, tuple[int, int, int]]


def changes(paths: Sequence[Path], sleep: Callable[[float], None] = time.sleep) -> Iterator[str]:
    """Wait for a change, and give the path of a file that was written, is new, or gone; again and again, for ever.

    What changes from this call on counts, whenever the first path is asked for.
    """
    return _changes_since(look(paths), paths, sleep)


def _changes_since(known: Looks, paths: Sequence[Path], sleep: Callable[[float], None]) -> Iterator[str]:
    while True:
        sleep(_LOOK_SECONDS)
        now = look(paths)
        if now == known:
            continue
        while True:
            sleep(_SETTLE_SECONDS)
            settled, now = now, look(paths)
            if settled == now:
                break
        changed = next(iter(sorted(path for path in {**known, **now} if known.get(path) != now.get(path))), "")
        known = now
        if changed:  # else it was put back
            yield changed


def look(paths: Sequence[Path]) -> Looks:
    """Look at all files below the paths, hidden ones and what tools make apart."""
    found: Looks = {}
    for path in paths:
        for file in _files(path):
            try:
                status = os.stat(file)  # noqa: PTH116  # many files, again and again: a Path costs more
            except OSError:
                continue  # it is gone meanwhile
            found[file] = (status.st_ino, status.st_size, status.st_mtime_ns)
            if len(found) >= _MOST_FILES:
                return found
    return found


def _files(path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield str(path)
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if _is_wanted(name) and not _is_environment(folder, name)]
        yield from (f"{folder}/{name}" for name in names if _is_wanted(name) and not name.endswith(".pyc"))


def _is_wanted(name: str) -> bool:
    return not name.startswith(".") and name not in _LEFT_OUT


def _is_environment(folder: str, name: str) -> bool:
    return os.path.exists(f"{folder}/{name}/pyvenv.cfg")  # noqa: PTH110  # as above
