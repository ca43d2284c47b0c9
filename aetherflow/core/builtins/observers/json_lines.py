"""The observer that writes events to a file, a JSON object a line."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.api import Event, EventType, ObserverPlugin
from aetherflow.core.builtins.observers.configuration import TYPES_WORDS, settings_of
from aetherflow.core.builtins.observers.output_path import PATH_WORDS, OutputPath


class JsonLinesSettings(Struct, frozen=True, kw_only=True):
    """What `config` holds."""

    path: Annotated[str, Meta(description=PATH_WORDS)]
    mode: Annotated[Literal["append", "replace"], Meta(description='"append" or "replace"')] = "append"
    types: Annotated[frozenset[EventType], Meta(description=TYPES_WORDS)] = frozenset(EventType)


class JsonLinesObserver(ObserverPlugin):
    """Appends each event to a file as it is told of it, in the form of `runs events --json`."""

    def __init__(self, plugin_id: str, config: Mapping[str, Any] | None = None) -> None:
        super().__init__(plugin_id, config)
        self._settings = settings_of(self.config, JsonLinesSettings)
        self._path = OutputPath(self._settings.path)
        self._file: int | None = None
        self._is_within_line = False

    def on_event(self, event: Event) -> None:
        """Write the event, unless it is of a type that is not wanted."""
        if self._file is None:
            self._file = self._opened(event)
        if event.type in self._settings.types:
            self._append(self._file, msgspec.json.encode(event) + b"\n")

    def on_shutdown(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)

    def _opened(self, event: Event) -> int:
        path = self._path.of_run(event)
        begins_anew = self._settings.mode == "replace" and event.type is not EventType.RUN_RESUMED
        # What a killed process left unfinished stays a line of its own, which a reader can pass over.
        self._is_within_line = not begins_anew and _ends_within_line(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | (os.O_TRUNC if begins_anew else 0)
        return os.open(path, flags, 0o666)

    def _append(self, file: int, line: bytes) -> None:
        rest = b"\n" + line if self._is_within_line else line
        while rest:  # in one piece, unless the disk is full: several runs may append to one file
            rest = rest[os.write(file, rest) :]
            self._is_within_line = bool(rest)


def _ends_within_line(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
