"""Writes files below one folder and nowhere else, for their owner alone.

Every path is walked from the folder's descriptor, part by part, and no link is followed: even somebody who changes the
folder meanwhile cannot lead a file out of it.
"""

import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from types import TracebackType

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_EXECUTABLE_MODE = 0o700


class PrivateTree:
    """A folder to write into, open until the block ends; paths must be safe (``inner_path``). Raises OSError."""

    def __init__(self, root: Path) -> None:
        self._root = os.open(root, _FOLDER)
        self._folder_path = ""
        self._folder = self._root

    def __enter__(self) -> "PrivateTree":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._leave_folder()
        os.close(self._root)

    def make_folder(self, path: str) -> None:
        """Make a folder, and those above it, unless they are there."""
        self._enter_folder(path)

    def write_file(self, path: str, pieces: Iterable[bytes], *, is_executable: bool = False) -> int:
        """Write a new file, and the folders above it; gives its size."""
        with self.new_file(path, is_executable=is_executable) as file:
            for piece in pieces:
                write_whole(file, piece)
            return file.tell()

    def new_file(self, path: str, *, is_executable: bool = False) -> FileIO:
        """Open a new file, with the folders above it, for whoever gets its content piece by piece."""
        folder, _, name = path.rpartition("/")
        self._enter_folder(folder)
        mode = _EXECUTABLE_MODE if is_executable else _FILE_MODE
        descriptor = os.open(name, _NEW_FILE, mode, dir_fd=self._folder)
        # Unbuffered: what cannot be written is told by the write, not by the closing.
        file = FileIO(descriptor, "w")
        os.fchmod(descriptor, mode)  # whatever the umask says
        return file

    def _enter_folder(self, path: str) -> None:
        """Open a folder, which stays open: most files lie where the one before them lies."""
        if path == self._folder_path:
            return
        self._leave_folder()
        descriptor = os.dup(self._root)
        for part in path.split("/") if path else ():
            try:
                inner = _made_and_opened(part, descriptor)
            finally:
                os.close(descriptor)
            descriptor = inner
        self._folder, self._folder_path = descriptor, path

    def _leave_folder(self) -> None:
        if self._folder != self._root:
            os.close(self._folder)
        self._folder, self._folder_path = self._root, ""


def _made_and_opened(name: str, above: int) -> int:
    try:
        os.mkdir(name, _FOLDER_MODE, dir_fd=above)
    except FileExistsError:
        return os.open(name, _FOLDER, dir_fd=above)
    folder = os.open(name, _FOLDER, dir_fd=above)
    os.fchmod(folder, _FOLDER_MODE)  # whatever the umask says
    return folder


def write_whole(file: FileIO, piece: bytes) -> None:
    """Write a piece to its end, which one write need not do."""
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]
