"""What the journal tells of one step: its attempts and waits, its type, what it logged."""

from collections import deque
from typing import NamedTuple

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.operations.report.values import Span, Status


class RawLine(NamedTuple):
    """A line of a log as it is recorded; ``clock`` is its time as the run's log has it, for a line from there."""

    at: float
    level: str
    text: str
    clock: str = ""


class Lines:
    """The last lines of a log, and how many went before them."""

    __slots__ = ("kept", "left_out")

    def __init__(self, most: int) -> None:
        self.kept: deque[RawLine] = deque(maxlen=most)
        self.left_out = 0

    def add(self, line: RawLine) -> None:
        """Keep a line; the oldest one goes where there is no more room."""
        self.left_out += len(self.kept) == self.kept.maxlen
        self.kept.append(line)


class StepStory:
    """Follows one step through its events, in every execution of the run."""

    __slots__ = ("_attempt", "_begun", "hint", "log", "spans", "spans_left_out", "type")

    def __init__(self, most_lines: int) -> None:
        self.type = ""
        self.hint = ""
        self.spans: deque[Span] = deque(maxlen=most_lines)
        self.spans_left_out = 0
        self.log = Lines(most_lines)
        self._begun: float | None = None
        self._attempt = 1

    @property
    def is_open(self) -> bool:
        """Whether an attempt has begun whose end has not been told."""
        return self._begun is not None

    def take(self, event: Event) -> None:
        """Take an event of the step."""
        payload = event.payload
        if event.type is EventType.STEP_STARTED:
            self.type = str(payload.get("type") or "")
            self._begun, self._attempt = event.timestamp, 1
        elif event.type is EventType.STEP_RETRYING:
            self._retry(event.timestamp, payload.get("delay_seconds") or 0.0, str(payload.get("error") or ""))
        elif event.type is EventType.STEP_FINISHED:
            self.hint = str(payload.get("hint") or "")
            if self._begun is None:  # it was skipped before it began
                self._begun = event.timestamp - (payload.get("duration_seconds") or 0.0)
            self.close(event.timestamp, str(payload.get("status") or ""), str(payload.get("error") or ""))

    def close(self, at: float, status: Status, error: str = "") -> None:
        """End the attempt that is under way."""
        if self._begun is not None:
            self._add("attempt", self._begun, at, status, error)
            self._begun = None

    def _retry(self, at: float, delay_seconds: float, error: str) -> None:
        if self._begun is not None:
            self._add("attempt", self._begun, at, StepStatus.FAILED, error)
        self._add("wait", at, at + delay_seconds, "", "")
        self._begun = at + delay_seconds
        self._attempt += 1

    def _add(self, kind: str, started_at: float, finished_at: float, status: Status, error: str) -> None:
        self.spans_left_out += len(self.spans) == self.spans.maxlen
        self.spans.append(
            Span(
                kind="wait" if kind == "wait" else "attempt",
                started_at=started_at,
                finished_at=max(started_at, finished_at),
                status=status,
                attempt=self._attempt,
                error=error,
            )
        )
