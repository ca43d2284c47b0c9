"""Paths as people write them, and what the file system says of one."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct

PACKAGE_FILE = "__init__.py"


class PathFacts(Struct, frozen=True):
    """What a path leads to. ``real_path`` has no symlinks; ``reason`` says why it cannot be read."""

    real_path: str
    kind: Literal["folder", "file", "missing", "unreadable", "other"]
    reason: str = ""


def written_paths(entries: Iterable[str], folder: str, home: str | None) -> Iterator[tuple[str, str]]:
    """Give each entry as written, stripped, with its absolute path; empty entries are dropped.

    A relative entry is relative to the folder; ``~`` stands for ``home``, where one is given.
    """
    for entry in entries:
        if written := entry.strip():
            path = _without_tilde(written, home)
            yield written, path if path.startswith("/") else f"{folder}/{path}"


def _without_tilde(written: str, home: str | None) -> str:
    return home + written[1:] if home and (written == "~" or written.startswith("~/")) else written


def looking_once() -> Callable[[str], PathFacts]:
    """Give a `look_at` for many paths, which follows the links of the folders around them once."""
    folders: dict[str, str] = {}

    def real(path: str) -> str:
        folder, _, name = path.rpartition("/")
        if name in ("", ".", "..") or not folder:
            return os.path.realpath(path)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        found = f"{folders[folder].rstrip('/')}/{name}"
        return os.path.realpath(found) if os.path.islink(found) else found  # noqa: PTH114  # as in `look_at`

    return lambda path: look_at(path, real)


def look_at(path: str, real_path: Callable[[str], str] = os.path.realpath) -> PathFacts:
    """Look whether a path is a folder or a module that can be read; no input raises."""
    try:
        status = os.stat(path)  # noqa: PTH116  # once per path on the way to `plugins list`, where a Path costs more
    except (FileNotFoundError, NotADirectoryError):
        return PathFacts("", "missing")
    except (OSError, ValueError) as error:  # ValueError: a NUL character
        return PathFacts("", "unreadable", _reason(error))
    real = real_path(path).removesuffix("/" + PACKAGE_FILE)
    wanted = os.R_OK | (os.X_OK if stat.S_ISDIR(status.st_mode) else 0)
    if not os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids):
        return PathFacts(real, "unreadable", "permission denied")
    if stat.S_ISDIR(status.st_mode):
        return PathFacts(real, "folder")
    if not stat.S_ISREG(status.st_mode):
        return PathFacts(real, "other")
    if path.endswith("/" + PACKAGE_FILE):
        return PathFacts(real, "folder")
    return PathFacts(real, "file" if path.endswith(".py") else "other")


def identity_of(path: str) -> str:
    """Give the path that a plugin is known by: without symlinks; a package's ``__init__.py`` stands for its folder."""
    return os.path.realpath(path).removesuffix("/" + PACKAGE_FILE)


def _reason(error: OSError | ValueError) -> str:
    text = (error.strerror or str(error)) if isinstance(error, OSError) else "it contains a NUL character"
    return text[:1].lower() + text[1:]
