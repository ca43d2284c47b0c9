"""What is in a folder, as the system tells it, without reading any file."""

import errno
import os
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK, S_IXUSR

from msgspec import Struct

from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.file_tree.budget import Budget
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.bundles.folders.opened import OpenedFolder
from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.documents.inner_paths import UnsafePath, inner_path

#: What version control and Python keep beside the files; none of it belongs to a bundle.
LEFT_OUT = frozenset({".git", "__pycache__"})

_KINDS = {S_ISFIFO: "a named pipe", S_ISSOCK: "a socket", S_ISCHR: "a device", S_ISBLK: "a device"}


class Stamp(Struct, frozen=True):
    """What of a file changes when the file does."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    is_executable: bool


class Scan(Struct, frozen=True):
    """The files, the links with their targets, and the folders that have nothing in them."""

    files: dict[str, Stamp]
    links: dict[str, str]
    empty_folders: frozenset[str]


def stamp_of(status: os.stat_result) -> Stamp:
    """Give the stamp of a file."""
    is_executable = bool(status.st_mode & S_IXUSR)
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, is_executable)


def scan_folder(folder: OpenedFolder, budget: Budget, deadline: Deadline) -> Scan:
    """Look at everything below a folder; raises SourceFault for what no bundle has."""
    walk = _Walk(folder, budget)
    todo = [""]
    while todo:
        deadline.check()
        todo += walk.folder(todo.pop())
    return Scan(dict(sorted(walk.files.items())), dict(sorted(walk.links.items())), frozenset(walk.empty))


def cannot_be_read(path: str, error: OSError) -> SourceFault:
    """Say that a file or a folder cannot be read; one that was there a moment ago has been removed or replaced."""
    if path and error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
        return changed(path)
    reason = system_reason(error)
    hint = "give the user who runs aetherflow the right to read it, or take it out of the folder"
    return SourceFault("AF-B185", f"{shown_name(path or '.')} cannot be read: {reason}", hint)


def changed(path: str) -> SourceFault:
    """Say that something is being changed."""
    hint = "fetch again when nobody writes into the folder; whoever publishes into it can rename a finished one instead"
    return SourceFault("AF-B187", f"{shown_name(path)} was changed while the folder was read", hint)


class _Walk:
    def __init__(self, folder: OpenedFolder, budget: Budget) -> None:
        self._opened = folder
        self._budget = budget
        self.files: dict[str, Stamp] = {}
        self.links: dict[str, str] = {}
        self.empty: set[str] = set()

    def folder(self, path: str) -> list[str]:
        """Take what is in a folder, and give the folders in it."""
        found: list[str] = []
        try:
            with self._opened.folder(path) as descriptor:
                names = [name for name in os.listdir(descriptor) if name not in LEFT_OUT]  # noqa: PTH208  # a descriptor
                for name in names:
                    inner = _checked(f"{path}/{name}" if path else name)
                    if self._take(descriptor, name, inner):
                        found.append(inner)
        except OSError as error:
            raise cannot_be_read(path, error) from None
        if path and not names:
            self.empty.add(path)
        return found

    def _take(self, folder: int, name: str, path: str) -> bool:
        """Take one entry; gives whether it is a folder."""
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if S_ISREG(status.st_mode):
            self._budget.add_file(path, status.st_size)
            self.files[path] = stamp_of(status)
            return False
        self._budget.add_entry()
        if S_ISLNK(status.st_mode):
            self.links[path] = os.readlink(name, dir_fd=folder)
        elif not S_ISDIR(status.st_mode):
            raise _strange(path, status.st_mode)
        return S_ISDIR(status.st_mode)


def _checked(path: str) -> str:
    try:
        return inner_path(path)
    except UnsafePath as unsafe:
        what = f"{shown_name(path)} cannot be a file of a bundle: {unsafe}"
        raise SourceFault("AF-B180", what, "rename it, or take it out of the folder") from None


def _strange(path: str, mode: int) -> SourceFault:
    kind = next((words for is_kind, words in _KINDS.items() if is_kind(mode)), "of an unknown kind")
    what = f"{shown_name(path)} is {kind}, and a bundle has files only"
    return SourceFault("AF-B186", what, "take it out of the folder")
