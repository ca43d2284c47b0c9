"""run.log: everything that happened in a run, in the run's own folder, whichever execution of it did it."""

import os
from collections.abc import Callable

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.log_lines import LogLines
from aetherflow.core.state.folder import Folder, entered, make_folder
from aetherflow.core.state.private_files import PRIVATE_FILE

RUN_LOG = "run.log"

# What is written at once saves a call per event; what is held for longer would be missed by whoever watches the file.
_MOST_HELD_EVENTS = 500
_LONGEST_HELD_SECONDS = 1.0
_WRITTEN_AT_ONCE = frozenset({EventType.JOB_FINISHED, EventType.ERROR, EventType.RUN_FINISHED})


class RunLog:
    """A listener that appends masked events to a file: lines of text, or a JSON object a line.

    A log that cannot be written does not stop the run: ``warn`` is told once, and the log ends there.
    """

    def __init__(self, folder: Folder, *, as_json: bool, tells_debug: bool, warn: Callable[[str], None]) -> None:
        self._folder = folder
        self._tells_debug = tells_debug
        self._written = _json_line if as_json else LogLines(tells_debug=tells_debug).text
        self._warn = warn
        self._held: list[str] = []
        self._held_since = 0.0
        self._descriptor: int | None = None
        self._is_over = False

    def __call__(self, event: Event) -> None:
        """Take an event; it is in the file soon."""
        if self._is_over or (not self._tells_debug and event.payload.get("level") == "debug"):
            return
        held = self._held
        if not held:
            self._held_since = event.timestamp
        held.append(self._written(event))
        if (
            event.type in _WRITTEN_AT_ONCE
            or event.timestamp - self._held_since >= _LONGEST_HELD_SECONDS
            or len(held) >= _MOST_HELD_EVENTS
            or event.payload.get("status") == "FAILED"
        ):
            self._write_held()

    def close(self) -> None:
        """Write what is still held; what fails now goes unsaid, for the run is over."""
        self._warn = _say_nothing
        if self._held and not self._is_over:
            self._write_held()
        self._is_over = True
        self._let_go()

    def _write_held(self) -> None:
        data = "".join(self._held).encode("utf-8", "backslashreplace")
        try:
            if self._descriptor is None:
                self._descriptor = _open(self._folder)
            while data:
                data = data[os.write(self._descriptor, data) :]
            self._held.clear()
        except (OSError, InputError) as error:
            self._is_over = True
            self._let_go()
            why = error.message if isinstance(error, InputError) else error.strerror
            self._warn(f'the log "{self._folder.path / RUN_LOG}" ends here, it cannot be written: {why}')

    def _let_go(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _open(folder: Folder) -> int:
    """Open the log for appending, 0600; a link in its place is refused."""
    make_folder(folder)
    with entered(folder) as parent:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(RUN_LOG, flags, PRIVATE_FILE, dir_fd=parent)
    os.fchmod(descriptor, PRIVATE_FILE)
    return descriptor


def _json_line(event: Event) -> str:
    import msgspec  # deferred: text does without the encoder

    from aetherflow.core.state.rows import without_surrogates

    try:
        return msgspec.json.encode(event).decode() + "\n"
    except UnicodeEncodeError:  # undecodable bytes of a path or of a child's output
        return msgspec.json.encode(without_surrogates(event)).decode() + "\n"


def _say_nothing(message: str) -> None:
    return
