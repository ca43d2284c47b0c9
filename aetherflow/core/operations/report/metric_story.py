"""What the journal tells of metrics and progress: every point that can be drawn, and a count of what cannot."""

from array import array
from collections.abc import Mapping
from typing import Any, TypeGuard

from aetherflow.core.contracts.event import Event
from aetherflow.core.events.wording import place_of

#: Who tells a metric: the step's place, the step's place without the item of a loop, and the labels.
Teller = tuple[str, str, str]

_MOST_METRICS = 200
_MOST_SERIES = 2_000
_SHARE, _COUNT = "progress in %", "progress, counted"


class Points:
    """The points of one line, in the order in which they were told."""

    __slots__ = ("moments", "values")

    def __init__(self) -> None:
        self.moments = array("d")
        self.values = array("d")

    def add(self, at: float, value: float) -> None:
        """Add a point."""
        self.moments.append(at)
        self.values.append(value)


class MetricStory:
    """One metric: its lines by who told them, and how many values were no numbers or had no more room.

    ``ends`` are values that its axis shows whatever was told.
    """

    __slots__ = ("ends", "left_out", "lines", "unnumbered")

    def __init__(self, *ends: float) -> None:
        self.ends = ends
        self.lines: dict[Teller, Points] = {}
        self.unnumbered = 0
        self.left_out = 0

    def take(self, teller: Teller, at: float, value: Any) -> None:
        """Take a point."""
        if not is_number(value):
            self.unnumbered += 1
        elif teller not in self.lines and len(self.lines) >= _MOST_SERIES:
            self.left_out += 1
        else:
            self.lines.setdefault(teller, Points()).add(at, float(value))


class MetricStories:
    """The metrics of a run by their names, and how its steps progressed."""

    def __init__(self) -> None:
        self.metrics: dict[str, MetricStory] = {}
        self.progresses = {_SHARE: MetricStory(0, 100), _COUNT: MetricStory()}
        self.left_out: set[str] = set()

    def take_metric(self, event: Event) -> None:
        """Take a value that a step showed."""
        name = str(event.payload.get("name"))
        if name not in self.metrics and len(self.metrics) >= _MOST_METRICS:
            self.left_out.add(name)
            return
        teller = (*_places(event), _labels(event.payload.get("labels")))
        self.metrics.setdefault(name, MetricStory()).take(teller, event.timestamp, event.payload.get("value"))

    def take_progress(self, event: Event) -> None:
        """Take how far a step said that it was: in percent where it knows the whole, else as a count."""
        done, total = event.payload.get("done"), event.payload.get("total")
        teller = (*_places(event), "")
        if is_number(done) and is_number(total) and total > 0:
            self.progresses[_SHARE].take(teller, event.timestamp, 100.0 * (done / total))
        else:
            self.progresses[_COUNT].take(teller, event.timestamp, done)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Tell what can be drawn: a finite number that is no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _places(event: Event) -> tuple[str, str]:
    step = f".{event.step_id}" if event.step_id else ""
    return place_of(event), f"{event.job_id or ''}{step}"


def _labels(labels: Any) -> str:
    if not isinstance(labels, Mapping):
        return ""
    return ", ".join(f"{name}={value}" for name, value in labels.items())
