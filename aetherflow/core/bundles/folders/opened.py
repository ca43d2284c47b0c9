"""A folder that is read from: every path is walked from its descriptor, part by part, and no link is followed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from types import TracebackType

# A pipe in the place of a file is not waited for.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class OpenedFolder:
    """A folder, open until the block ends; its own path may lead through links. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._root = os.open(path, _FOLDER)

    def __enter__(self) -> "OpenedFolder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._root)

    @contextmanager
    def folder(self, path: str) -> Iterator[int]:
        """Open a folder below; "" is the folder itself."""
        descriptor = os.dup(self._root)
        try:
            for part in path.split("/") if path else ():
                inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    def file(self, path: str) -> FileIO:
        """Open a file below."""
        folder, _, name = path.rpartition("/")
        with self.folder(folder) as descriptor:
            return FileIO(os.open(name, _FILE, dir_fd=descriptor), "r")
