"""Which kind of progress a run gets: events as JSON, moving lines, or plain lines."""

from typing import Protocol, runtime_checkable

from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.render.plain import JsonProgress, PlainProgress
from aetherflow.core.contracts.event import Event
from aetherflow.core.events.event_lines import EventLines
from aetherflow.core.events.segments import Line
from aetherflow.core.events.wording import signs_for


class Progress(Protocol):
    """A listener that shows events, and lets go of the terminal at the end."""

    def __call__(self, event: Event) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class LineProgress(Progress, Protocol):
    """Progress that is made of lines, into which others can be put."""

    def show_line(self, timestamp: float, line: Line) -> None: ...


def logs_json(console: Console) -> bool:
    """Tell whether the events themselves are wanted on stderr; a wrong value is the settings' finding, not ours."""
    return console.environ.get("AETHERFLOW_LOG_FORMAT", "").strip().lower() == "json"


def open_progress(console: Console, before: str = "preparing") -> Progress:
    """Begin to show a run; a terminal shows ``before`` until it has begun."""
    if logs_json(console):
        return JsonProgress(console)
    signs = signs_for(has_unicode=console.err.has_unicode)
    is_quiet = console.verbosity is Verbosity.QUIET
    moves = console.shows_live and not is_quiet
    event_lines = EventLines(signs, level=_lowest_level(console), is_quiet=is_quiet, tells_begun=not moves)
    if not moves:
        return PlainProgress(console, event_lines)
    from aetherflow.cli.render.live import LiveProgress  # deferred: only a terminal wants it

    return LiveProgress(console, event_lines, signs, before)


def _lowest_level(console: Console) -> str:
    asked = console.environ.get("AETHERFLOW_LOG_LEVEL", "info").strip().lower()
    return {Verbosity.QUIET: "error", Verbosity.VERBOSE: "debug"}.get(console.verbosity, asked)
