"""run.log: everything that happened in a run, in the run's own folder, whichever execution of it did it."""

from collections.abc import Callable

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.log_lines import LogLines
from aetherflow.core.state.appended_file import AppendedFile, NotAppended
from aetherflow.core.state.folder import Folder

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
        self._file = AppendedFile(folder, RUN_LOG)
        self._tells_debug = tells_debug
        self._written = _json_line if as_json else LogLines(tells_debug=tells_debug).text
        self._warn = warn
        self._held: list[str] = []
        self._held_since = 0.0
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
        self._file.close()

    def _write_held(self) -> None:
        try:
            self._file.append("".join(self._held))
            self._held.clear()
        except NotAppended as why:
            self._is_over = True
            self._file.close()
            self._warn(f'the log "{self._file.path}" ends here, it cannot be written: {why}')


def _json_line(event: Event) -> str:
    import msgspec  # deferred: text does without the encoder

    from aetherflow.core.state.rows import without_surrogates

    try:
        return msgspec.json.encode(event).decode() + "\n"
    except UnicodeEncodeError:  # undecodable bytes of a path or of a child's output
        return msgspec.json.encode(without_surrogates(event)).decode() + "\n"


def _say_nothing(message: str) -> None:
    return
