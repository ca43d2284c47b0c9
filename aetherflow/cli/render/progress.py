"""Which kind of progress a run gets: events as JSON, moving lines, or plain lines."""

from typing import Protocol

from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.render.event_lines import EventLines
from aetherflow.cli.render.plain import JsonProgress, PlainProgress
from aetherflow.cli.render.wording import signs_for
from aetherflow.core.contracts.event import Event


class Progress(Protocol):
    """A listener that shows events, and lets go of the terminal at the end."""

    def __call__(self, event: Event) -> None: ...

    def close(self) -> None: ...


def logs_json(console: Console) -> bool:
    """Tell whether the events themselves are wanted on stderr; a wrong value is the settings' finding, not ours."""
    return console.environ.get("AETHERFLOW_LOG_FORMAT", "").strip().lower() == "json"


def open_progress(console: Console) -> Progress:
    """Begin to show a run."""
    if logs_json(console):
        return JsonProgress(console)
    signs = signs_for(has_unicode=console.err.has_unicode)
    level = console.environ.get("AETHERFLOW_LOG_LEVEL", "info").strip().lower()
    moves = console.shows_live and console.verbosity is not Verbosity.QUIET
    event_lines = EventLines(signs, verbosity=console.verbosity, level=level, tells_begun=not moves)
    if not moves:
        return PlainProgress(console, event_lines)
    from aetherflow.cli.render.live import LiveProgress  # deferred: only a terminal wants it

    return LiveProgress(console, event_lines, signs)
