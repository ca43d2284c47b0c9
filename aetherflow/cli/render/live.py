"""Progress on a terminal: finished things scroll by, what is running moves below them.

The run's own thread only appends to a queue and notes what is running: it may be interrupted by a signal at any point,
and holds no lock. A second thread draws, and imports rich for it, so that a run which is over at once does not pay.
"""

import threading
import time
from collections import deque
from typing import Any

from msgspec import Struct

from aetherflow.cli.console import Console
from aetherflow.cli.render.paint import paint_line
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.event_lines import EventLines
from aetherflow.core.events.measure_lines import LastMetrics, told_progress
from aetherflow.core.events.segments import Line, harmless
from aetherflow.core.events.wording import Signs, duration, place_of

TICK_SECONDS = 0.1
FIRST_TICK_SECONDS = 0.15
MOST_SHOWN = 8

_RICH_STYLES = {"strong": "bold", "dim": "dim", "good": "green", "bad": "bold red", "warn": "yellow", "name": "cyan"}


class _Running(Struct, frozen=True):
    place: str
    type: str
    since: float


class LiveProgress:
    """Shows events on a terminal; ``close`` leaves only the lines that are to stay.

    ``before`` is what goes on until the run begins.
    """

    def __init__(self, console: Console, event_lines: EventLines, signs: Signs, before: str) -> None:
        self._console = console
        self._event_lines = event_lines
        self._signs = signs
        self._before: str | None = before
        self._waiting: deque[Line] = deque()
        self._running: dict[str, _Running] = {}
        self._progress: dict[str, dict[str, Any]] = {}
        self._metrics = LastMetrics()
        self._steps_total = 0
        self._steps_done = 0
        self._started = time.monotonic()
        self._over = threading.Event()
        self._drawing = threading.Thread(target=self._draw, name="aetherflow-progress", daemon=True)
        self._drawing.start()

    def __call__(self, event: Event) -> None:
        self._keep_count(event)
        self._waiting.extend(self._event_lines.lines(event))

    def show_line(self, timestamp: float, line: Line) -> None:
        """Put a line among those of events: it scrolls by above what moves."""
        self._waiting.append(line)

    def close(self) -> None:
        """Take the moving part away and write what is still waiting."""
        self._over.set()
        self._drawing.join()
        self._write_waiting()

    def _write_waiting(self) -> None:
        while self._waiting:
            line = paint_line(self._waiting.popleft(), colour=self._console.err.has_colour)
            self._console.note(line + "\n")

    def _keep_count(self, event: Event) -> None:
        place = place_of(event)
        if event.type is EventType.STEP_PROGRESS:
            self._progress[place] = event.payload
        elif event.type is EventType.METRIC:
            self._metrics.put(event)
        elif event.type is EventType.STEP_STARTED:
            self._running[place] = _Running(place, str(event.payload.get("type", "")), time.monotonic())
        elif event.type is EventType.STEP_FINISHED:
            self._running.pop(place, None)
            self._progress.pop(place, None)
            self._metrics.take(place)
            self._steps_done += 1
        elif event.type in (EventType.RUN_STARTED, EventType.RUN_RESUMED):
            self._before = None
            self._steps_total = int(event.payload.get("steps", 0))

    def _draw(self) -> None:
        if self._over.wait(FIRST_TICK_SECONDS):
            return
        try:
            self._draw_moving()
        except Exception:  # noqa: BLE001  # whatever ails the drawing, the run's lines are written, and it goes on
            while not self._over.wait(TICK_SECONDS):
                self._write_waiting()

    def _draw_moving(self) -> None:
        from rich.console import Console as RichConsole  # deferred: 60 ms, and only a run that lasts wants it
        from rich.live import Live

        rich_console = RichConsole(
            file=_NoteFile(self._console),  # type: ignore[arg-type]  # the part of a text file that rich writes to
            force_terminal=True,
            no_color=not self._console.err.has_colour,
            highlight=False,
            markup=False,
            emoji=False,
        )
        with Live(
            self._moving(),
            console=rich_console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,  # what is printed comes as events
            redirect_stderr=False,
        ) as live:
            while not self._over.wait(TICK_SECONDS):
                self._print_waiting(rich_console)
                live.update(self._moving(), refresh=True)

    def _print_waiting(self, rich_console: Any) -> None:
        from rich.text import Text

        text = Text()
        while self._waiting:
            for segment in self._waiting.popleft():
                text.append(segment.text, _RICH_STYLES.get(segment.style))
            text.append("\n")
        if text:
            rich_console.print(text, soft_wrap=True, end="")

    def _moving(self) -> Any:
        from rich.text import Text

        now = time.monotonic()
        running = list(self._running.values())
        frame = self._signs.spinner[int(now / TICK_SECONDS) % len(self._signs.spinner)]
        text = Text(no_wrap=True, overflow="ellipsis" if self._console.err.has_unicode else "crop")
        for step in running[:MOST_SHOWN]:
            text.append(f"{frame} ", "cyan").append(step.place)
            text.append(f" {harmless(step.type)} {duration(now - step.since)}", "dim").append(self._told_of(step.place))
        if len(running) > MOST_SHOWN:
            text.append(f"  and {len(running) - MOST_SHOWN} more\n", "dim")
        return text.append(self._footer(now), "dim")

    def _told_of(self, place: str) -> str:
        """Give what a running step says of itself: how far it is, and below it the last values of its metrics."""
        progress, metrics = self._progress.get(place), self._metrics.of(place)
        return (f"  {told_progress(progress)}\n" if progress else "\n") + (f"    {metrics}\n" if metrics else "")

    def _footer(self, now: float) -> str:
        took = duration(now - self._started)
        if self._before:
            return f"  {self._before} {self._signs.separator} {took}"
        total = f"/{self._steps_total:,}" if self._steps_total >= self._steps_done else ""
        return f"  {self._steps_done:,}{total} steps {self._signs.separator} {took}"


class _NoteFile:
    """The little of a text file that rich needs; what cannot be written is lost, the run is not."""

    encoding = "utf-8"

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        self._console.note(text)
        return len(text)

    def flush(self) -> None:
        return

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2
