"""The listing of a remote folder, judged as it comes: the first entry that no bundle may hold ends it."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.bundles.remote_folders.entries import (
    SETTLED_SECONDS,
    Entry,
    RemoteFolder,
    checked_path,
    is_left_out,
    refused,
)
from aetherflow.core.bundles.remote_folders.watch import Watch
from aetherflow.core.bundles.values import Limits


class Gathered(Struct, frozen=True):
    """The files of a folder by path, and the folders in it that are empty."""

    files: dict[str, Entry]
    empty_folders: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """How much the server says it is."""
        return sum(entry.size or 0 for entry in self.files.values())

    def fingerprint(self) -> str:
        """Give what tells this state of the folder from any other; empty where the listing says too little."""
        if not all(entry.stamp for entry in self.files.values()):
            return ""
        import hashlib  # deferred: only wanted in the process that reads

        parts = [field for identity in self._identities().values() for field in identity]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def is_settled(self, listed_at: float) -> bool:
        """Tell whether any later change will show; ``listed_at`` is when it was listed, in seconds since 1970."""
        times = (entry.modified for entry in self.files.values() if entry.modified is not None)
        return max(times, default=0) < listed_at - SETTLED_SECONDS

    def first_difference(self, other: "Gathered") -> str | None:
        """Give the first path that is not the same in another state of the folder."""
        one, two = self._identities(), other._identities()
        folders = {*self.empty_folders, *other.empty_folders}  # which files leave behind
        paths = sorted(one.keys() | two.keys(), key=lambda path: (path in folders, path))
        return next((path for path in paths if one.get(path) != two.get(path)), None)

    def _identities(self) -> dict[str, tuple[str, ...]]:
        folders = {path: (path, "folder") for path in self.empty_folders}
        return {path: _identity(entry) for path, entry in self.files.items()} | folders


def gather(folder: RemoteFolder, limits: Limits, watch: Watch) -> Gathered:
    """List a folder with all that is in it; raises Refused where it is more than a bundle may be, or something else."""
    gathering = _Gathering(limits)
    for entry in folder.entries():
        watch.progress()
        gathering.take(entry)
    return gathering.gathered()


class _Gathering:
    """Counts and judges."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._entries = 0
        self._size = 0
        self._files: dict[str, Entry] = {}
        self._folders: set[str] = set()

    def take(self, entry: Entry) -> None:
        self._entries += 1
        if self._entries > self._limits.most_entries:
            raise refused("many_entries")
        path = checked_path(entry.path)
        if is_left_out(path):
            return
        if path in self._files or (path in self._folders and entry.kind != "folder"):
            raise refused("clash", path)
        if entry.kind == "folder":
            self._folders.add(path)
        else:
            self._take_file(path, entry)

    def _take_file(self, path: str, entry: Entry) -> None:
        if entry.kind == "link" or entry.kind == "special":
            raise refused(entry.kind, path)
        size = entry.size or 0
        if size > self._limits.most_file_bytes:
            raise refused("large_file", path)
        self._files[path] = entry
        self._size += size
        if self._size > self._limits.most_bytes:
            raise refused("large_tree")

    def gathered(self) -> Gathered:
        parents = {parent for path in (*self._files, *self._folders) for parent in _parents(path)}
        # Where folders are parts of names only, a file inside a file may be there.
        if files := sorted(parents & self._files.keys()):
            raise refused("clash", files[0])
        if not self._files:
            raise refused("empty")
        return Gathered(dict(sorted(self._files.items())), tuple(sorted(self._folders - parents)))


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def _identity(entry: Entry) -> tuple[str, ...]:
    return entry.path, str(entry.size), entry.stamp, str(entry.is_executable)
