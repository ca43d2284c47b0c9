"""The listing of a remote folder, judged as it comes: the first entry that no bundle may hold ends it."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.bundles.remote_folders.entries import Entry, RemoteFolder, checked_path, refused
from aetherflow.core.bundles.remote_folders.watch import Watch
from aetherflow.core.bundles.values import Limits

#: A file that was changed so shortly before it was listed may change again without its time telling.
_SETTLED_SECONDS = 3.0


class Gathered(Struct, frozen=True):
    """The files of a folder by path."""

    files: dict[str, Entry]

    @property
    def size_bytes(self) -> int:
        """How much the server says it is."""
        return sum(entry.size or 0 for entry in self.files.values())

    def fingerprint(self) -> str:
        """Give what tells this state of the folder from any other; empty where the listing says too little."""
        if not all(entry.stamp for entry in self.files.values()):
            return ""
        import hashlib  # deferred: only wanted in the process that reads

        parts = (field for entry in self.files.values() for field in _identity(entry))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def is_settled(self, listed_at: float) -> bool:
        """Tell whether any later change will show; ``listed_at`` is when it was listed, in seconds since 1970."""
        times = (entry.modified for entry in self.files.values() if entry.modified is not None)
        return max(times, default=0) < listed_at - _SETTLED_SECONDS

    def first_difference(self, other: "Gathered") -> str | None:
        """Give the first path that is not the same in another state of the folder."""
        paths = sorted(self.files.keys() | other.files.keys())
        return next((path for path in paths if self._identity_of(path) != other._identity_of(path)), None)

    def _identity_of(self, path: str) -> tuple[str, ...]:
        entry = self.files.get(path)
        return _identity(entry) if entry else ()


def gather(folder: RemoteFolder, limits: Limits, watch: Watch) -> Gathered:
    """List a folder with all that is in it; raises Refused where it is more than a bundle may be, or something else."""
    files: dict[str, Entry] = {}
    folders: set[str] = set()
    size = 0
    for number, entry in enumerate(folder.entries(), 1):
        watch.progress()
        if number > limits.most_entries:
            raise refused("many_entries")
        path = checked_path(entry.path)
        if path in files or (path in folders and entry.kind != "folder"):
            raise refused("clash", path)
        if entry.kind == "folder":
            folders.add(path)
            continue
        _refuse_unfit(entry, limits)
        files[path] = entry
        size += entry.size or 0
        if size > limits.most_bytes:
            raise refused("large_tree")
    _refuse_nested(files)
    if not files:
        raise refused("empty")
    return Gathered(dict(sorted(files.items())))


def _refuse_unfit(entry: Entry, limits: Limits) -> None:
    if entry.kind == "link":
        raise refused("link", entry.path)
    if entry.kind == "special":
        raise refused("special", entry.path)
    if (entry.size or 0) > limits.most_file_bytes:
        raise refused("large_file", entry.path)


def _refuse_nested(files: dict[str, Entry]) -> None:
    """Refuse a file inside a file: where folders are parts of names only, both may be there."""
    for path in files:
        for parent in _parents(path):
            if parent in files:
                raise refused("clash", parent)


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def _identity(entry: Entry) -> tuple[str, ...]:
    return entry.path, str(entry.size), entry.stamp, str(entry.is_executable)
