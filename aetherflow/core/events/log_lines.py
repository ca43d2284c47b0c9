"""What a log file tells of events: what a terminal is told, in full, and what it is spared, each with its time."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.event_lines import EventLines, plugin_loaded
from aetherflow.core.events.segments import harmless, plain_text
from aetherflow.core.events.wording import UNICODE_SIGNS, duration, place_of, sign_of


class LogLines:
    """Turns events into lines of a log, each with its time in UTC."""

    def __init__(self, *, tells_debug: bool = False) -> None:
        event_lines = EventLines(UNICODE_SIGNS, level="debug" if tells_debug else "info")
        self._told_lines = event_lines.lines
        # By type, so that the many events of a long run pass few questions.
        self._writers: dict[EventType, Callable[[Event], list[str]]] = {
            **dict.fromkeys(event_lines.kinds, self._told),
            # Each of them, with all that it holds: what a terminal shows of them comes and goes.
            EventType.STEP_PROGRESS: _facts,
            EventType.METRIC: _facts,
            EventType.PLUGIN_LOADED: _plugin_loaded,
            EventType.STEP_FINISHED: self._step_finished,
            EventType.RUN_FINISHED: _run_finished,
        }
        self._second = -1
        self._second_text = ""

    def text(self, event: Event) -> str:
        """Write an event: lines that end in line ends, or nothing."""
        lines = self._writers.get(event.type, _facts)(event)
        clock = self._clock(event.timestamp)
        if len(lines) == 1:
            return f"{clock} {lines[0]}\n"
        return "".join([f"{clock} {line}\n" for line in lines])

    def _told(self, event: Event) -> list[str]:
        return [plain_text(line) for line in self._told_lines(event)]

    def _step_finished(self, event: Event) -> list[str]:
        lines = self._told(event)
        return lines + _details(event.payload) if event.payload.get("error") else lines

    def _clock(self, timestamp: float) -> str:
        second = int(timestamp)
        if second != self._second:
            self._second = second
            self._second_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._second_text}.{int((timestamp - second) * 1000):03}Z"


def _details(payload: dict[str, Any]) -> list[str]:
    """Give what the line of a failed step leaves out: the rest of its error, and the hint."""
    more = harmless(payload.get("error") or "").strip("\n").split("\n")[1:]
    hint = payload.get("hint")
    return [f"    {line}" for line in more] + ([f"    = {line}" for line in harmless(hint).split("\n")] if hint else [])


def _plugin_loaded(event: Event) -> list[str]:
    return [plugin_loaded(event, UNICODE_SIGNS)]


def _run_finished(event: Event) -> list[str]:
    status = str(event.payload.get("status", ""))
    took = duration(event.payload.get("duration_seconds", 0.0))
    return [f"{sign_of(status, UNICODE_SIGNS)[0]} {event.flow_id}: run {event.run_id} {status} in {took}"]


def _facts(event: Event) -> list[str]:
    """Write an event of which a terminal is told nothing, by its name and what it holds."""
    where = [place_of(event)] if event.job_id else []
    facts = [f"{name}={_value(name, value)}" for name, value in event.payload.items() if value is not None]
    return [harmless(" ".join([UNICODE_SIGNS.begun, *where, event.type, *facts])).replace("\n", "\\n")]


def _value(name: str, value: Any) -> str:
    if name.endswith("_seconds") and isinstance(value, float):
        return f"{value:.3f}"  # digits behind the milliseconds are noise of the clock
    return value if isinstance(value, str) and " " not in value else msgspec.json.encode(value).decode()
