"""What a folder holds, file by file: the fingerprint of a bundle.

Files count with their content and with the right to be executed, for a script without it does not run. Folders count
where they are empty: others are known by their files. Owners, times and other rights do not count.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK, S_IXUSR

from msgspec import Struct

from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.documents.inner_paths import UnsafePath, inner_path
from aetherflow.core.plugins.digests import ALGORITHM, tree_digest

# Nothing is followed, and a pipe in a file's place is not waited for.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_PIECE_BYTES = 1024 * 1024


class BundleListing(Struct, frozen=True, kw_only=True, dict=True):
    """The files of a folder by path, with ``/`` between the parts, each with its ``sha256:…``."""

    files: Mapping[str, str]
    executable: frozenset[str] = frozenset()
    empty_folders: frozenset[str] = frozenset()

    @cached_property
    def digest(self) -> str:
        """The digest of the tree; that of its files alone where none is executable and no folder empty."""
        # Neither a NUL nor a slash at its end can be part of a file's name: no two trees have the same entries.
        entries = {path + "\0x" if path in self.executable else path: digest for path, digest in self.files.items()}
        return tree_digest(entries | {f"{folder}/": "" for folder in self.empty_folders})


class TreeReading(Struct, frozen=True):
    """A folder as it was read. ``strange`` is what no bundle has, by path, in words: links, devices, odd names."""

    listing: BundleListing
    strange: Mapping[str, str]


def read_tree(root: Path) -> TreeReading:
    """Hash everything below a folder; raises OSError where the folder itself is a link, or cannot be read."""
    if root.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "it is a symbolic link", str(root))
    return _Walk(root).reading()


def printable(path: str) -> str:
    """Write a path whose bytes may be no text so that it can be told in any form."""
    return path.encode("utf-8", "backslashreplace").decode()


class _Walk:
    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._files: dict[str, str] = {}
        self._executable: set[str] = set()
        self._empty: set[str] = set()
        self._strange: dict[str, str] = {}

    def reading(self) -> TreeReading:
        folders = [(self._root, "")]
        while folders:
            path, inner = folders.pop()
            folders += self._folder(path, inner)
        listing = BundleListing(
            files=dict(sorted(self._files.items())),
            executable=frozenset(self._executable),
            empty_folders=frozenset(self._empty),
        )
        return TreeReading(listing, dict(sorted(self._strange.items())))

    def _folder(self, path: str, inner: str) -> list[tuple[str, str]]:
        """Take the files of a folder and give the folders in it, each with its path inside the bundle."""
        try:
            with os.scandir(path) as found:
                entries = list(found)
        except OSError as error:
            if not inner:
                raise
            self._strange[inner] = _unreadable(error)
            return []
        if inner and not entries:
            self._empty.add(inner)
        return list(self._folders_of(entries, f"{inner}/" if inner else ""))

    def _folders_of(self, entries: "list[os.DirEntry[str]]", prefix: str) -> Iterator[tuple[str, str]]:
        for entry in entries:
            inner = prefix + entry.name
            if problem := _problem_of(inner):
                self._strange[inner] = problem
            elif entry.is_dir(follow_symlinks=False):
                yield entry.path, inner
            else:
                self._file(entry.path, inner)

    def _file(self, path: str, inner: str) -> None:
        try:
            digest, mode = _digest_and_mode(path)
        except OSError as error:
            self._strange[inner] = _kind_at(path) or _unreadable(error)
            return
        if digest is None:
            self._strange[inner] = _kind_of(mode) or "no file"
            return
        self._files[inner] = digest
        if mode & S_IXUSR:
            self._executable.add(inner)


def _digest_and_mode(path: str) -> tuple[str | None, int]:
    """Hash a file as it is when it is opened; no digest where it is none."""
    import hashlib  # deferred: 3 ms, and commands without a bundle import this too

    descriptor = os.open(path, _READ)
    try:
        mode = os.fstat(descriptor).st_mode
        if not S_ISREG(mode):
            return None, mode
        content = hashlib.sha256()
        while piece := os.read(descriptor, _PIECE_BYTES):  # half the time of `hashlib.file_digest` for small files
            content.update(piece)
        return f"{ALGORITHM}:{content.hexdigest()}", mode
    finally:
        os.close(descriptor)


def _problem_of(inner: str) -> str | None:
    try:
        inner_path(inner)
    except UnsafePath as unsafe:
        return f"no name for a file of a bundle: {unsafe}"
    return None


def _kind_at(path: str) -> str | None:
    try:
        return _kind_of(os.lstat(path).st_mode)
    except OSError:
        return None


def _kind_of(mode: int) -> str | None:
    kinds = {
        S_ISLNK: "a symbolic link",
        S_ISDIR: "a folder",
        S_ISFIFO: "a named pipe",
        S_ISSOCK: "a socket",
        S_ISCHR: "a device",
        S_ISBLK: "a device",
    }
    return next((words for is_kind, words in kinds.items() if is_kind(mode)), None)


def _unreadable(error: OSError) -> str:
    return f"unreadable: {system_reason(error)}"
