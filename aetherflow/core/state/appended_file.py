"""A file in a run's own folder that only grows, whichever execution of the run adds to it."""

import os
from pathlib import Path

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.state.folder import Folder, entered, make_folder
from aetherflow.core.state.private_files import PRIVATE_FILE


class NotAppended(Exception):
    """The file cannot be written; the text says why."""


class AppendedFile:
    """A file, 0600, that is made with its folder when something is first written; a link in its place is refused."""

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder = folder
        self._name = name
        self._descriptor: int | None = None

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._folder.path / self._name

    def append(self, text: str) -> None:
        """Write at the end; raises NotAppended."""
        data = text.encode("utf-8", "backslashreplace")
        try:
            if self._descriptor is None:
                self._descriptor = self._open()
            while data:
                data = data[os.write(self._descriptor, data) :]
        except InputError as error:
            raise NotAppended(error.message) from error
        except OSError as error:
            raise NotAppended(error.strerror) from error

    def close(self) -> None:
        """Let go of the file; to append once more opens it anew."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        make_folder(self._folder)
        with entered(self._folder) as parent:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(self._name, flags, PRIVATE_FILE, dir_fd=parent)
        os.fchmod(descriptor, PRIVATE_FILE)
        return descriptor
