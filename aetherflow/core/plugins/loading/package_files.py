"""The files of a plugin's package for importlib.resources: those of the snapshot, each compared with its digest."""

from collections.abc import Iterator
from importlib.resources.abc import Traversable, TraversableResources
from io import BytesIO, TextIOWrapper
from os import PathLike, fspath
from typing import IO, Any

from aetherflow.core.plugins.loading.snapshot import Snapshot, folders_of, read_data


class SnapshotReader(TraversableResources):
    """What a package's loader gives to importlib.resources."""

    def __init__(self, snapshot: Snapshot, folder: str) -> None:
        self._files = SnapshotPath(snapshot, folder)

    def files(self) -> Traversable:
        """Give the package's folder."""
        return self._files


class SnapshotPath(Traversable):
    """A file or folder of a snapshot; ``path`` is relative to the plugin's root."""

    def __init__(self, snapshot: Snapshot, path: str) -> None:
        self._snapshot = snapshot
        self._path = path

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self._snapshot.path_of(self._path).rstrip("/").rpartition("/")[2]

    def is_file(self) -> bool:
        """Tell a file that was there when the plugin was read."""
        return self._path in self._snapshot.file_digests

    def is_dir(self) -> bool:
        """Tell a folder with a file in it."""
        return self._path in folders_of(self._snapshot)

    def iterdir(self) -> Iterator[Traversable]:
        """Give what stands in a folder."""
        for path in (*self._snapshot.file_digests, *folders_of(self._snapshot)):
            if path and path.rpartition("/")[0] == self._path:
                yield SnapshotPath(self._snapshot, path)

    def joinpath(self, *descendants: str | PathLike[str]) -> Traversable:
        """Give a file below; one that is not there can be named, and fails to open."""
        parts = [part for each in descendants for part in fspath(each).split("/") if part not in ("", ".")]
        return SnapshotPath(self._snapshot, "/".join([*filter(None, [self._path]), *parts]))

    def read_bytes(self) -> bytes:
        """Read a file; raises OSError for one that was changed since it was hashed."""
        return read_data(self._snapshot, self._path)

    def read_text(self, encoding: str | None = None) -> str:
        """Read a file as text, UTF-8 unless told otherwise."""
        return self.read_bytes().decode(encoding or "utf-8")

    def open(self, mode: str = "r", *args: Any, **options: Any) -> IO[Any]:
        """Open a file for reading; raises OSError for one that was changed since it was hashed."""
        if mode not in ("r", "rb"):
            raise ValueError(f'a plugin\'s files are opened with "r" or "rb", not "{mode}"')
        content = BytesIO(self.read_bytes())
        return content if mode == "rb" else TextIOWrapper(content, *args, **options)

    def __repr__(self) -> str:
        return f"SnapshotPath({self._snapshot.path_of(self._path)!r})"
