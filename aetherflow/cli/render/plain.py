"""Progress for logs: a line an event, with the time, and nothing that moves."""

import time

from aetherflow.cli.console import Console
from aetherflow.cli.render.paint import paint_line
from aetherflow.core.contracts.event import Event
from aetherflow.core.events.event_lines import EventLines
from aetherflow.core.events.segments import Line


class PlainProgress:
    """Writes events to stderr as they come."""

    def __init__(self, console: Console, event_lines: EventLines) -> None:
        self._console = console
        self._event_lines = event_lines
        self._second = -1
        self._clock_text = ""

    def __call__(self, event: Event) -> None:
        for line in self._event_lines.lines(event):
            self.show_line(event.timestamp, line)

    def show_line(self, timestamp: float, line: Line) -> None:
        """Write a line with its time."""
        text = paint_line(line, colour=self._console.err.has_colour)
        self._console.note(f"{self._clock(timestamp)} {text}\n")

    def close(self) -> None:
        """Nothing is held back."""

    def _clock(self, timestamp: float) -> str:
        second = int(timestamp)
        if second != self._second:
            self._second = second
            self._clock_text = time.strftime("%H:%M:%S", time.localtime(second))
        return self._clock_text


class JsonProgress:
    """Writes events to stderr as they are, an object a line: `AETHERFLOW_LOG_FORMAT=json`."""

    def __init__(self, console: Console) -> None:
        self._streams = console.streams

    def __call__(self, event: Event) -> None:
        from aetherflow.cli.render.json_text import json_line  # deferred: text progress does without

        self._streams.write_note(json_line(event))

    def close(self) -> None:
        """Nothing is held back."""
