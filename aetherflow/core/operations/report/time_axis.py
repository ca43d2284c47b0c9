"""From moments to places on a line: the time between two executions of a run is drawn as a narrow break."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from aetherflow.core.events.wording import duration
from aetherflow.core.operations.report.values import Execution

_BREAK = 0.03  # of the line's length
_NICE = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


class Stretch(Struct, frozen=True):
    """A piece of the line that an execution takes, from ``begin`` to ``end`` of its length, which is 1.

    ``worked_before`` is how many seconds the executions before it took.
    """

    started_at: float
    finished_at: float
    begin: float
    end: float
    worked_before: float


class TimeAxis(Struct, frozen=True):
    """Places of moments; ``worked_seconds`` is how long the executions took together."""

    stretches: tuple[Stretch, ...]
    worked_seconds: float

    def place(self, moment: float) -> float:
        """Give the place of a moment, from 0 to 1; one between two executions is at the end of the first."""
        stretch = self._stretch_at(moment)
        length = stretch.finished_at - stretch.started_at
        share = min(1.0, max(0.0, moment - stretch.started_at) / length)
        return stretch.begin + share * (stretch.end - stretch.begin)

    def worked(self, moment: float) -> float:
        """Give how many seconds had been worked at a moment."""
        stretch = self._stretch_at(moment)
        return stretch.worked_before + min(max(moment, stretch.started_at), stretch.finished_at) - stretch.started_at

    def ticks(self) -> list[tuple[float, float]]:
        """Give places to mark, with the seconds that were worked until there."""
        step = nice_step(self.worked_seconds, 5)
        marks: list[tuple[float, float]] = []
        for stretch in self.stretches:
            end = stretch.worked_before + stretch.finished_at - stretch.started_at
            while (worked := len(marks) * step) <= end:
                marks.append((self.place(stretch.started_at + worked - stretch.worked_before), worked))
        return marks

    def _stretch_at(self, moment: float) -> Stretch:
        number = bisect_right(self.stretches, moment, key=lambda stretch: stretch.started_at)
        return self.stretches[max(0, number - 1)]

    def breaks(self) -> list[tuple[float, float]]:
        """Give the middle of each break, with the seconds that nobody worked."""
        pairs = pairwise(self.stretches)
        return [((one.end + next_one.begin) / 2, next_one.started_at - one.finished_at) for one, next_one in pairs]


def axis_of(executions: Sequence[Execution]) -> TimeAxis:
    """Lay executions one behind the other."""
    lengths = [max(execution.finished_at - execution.started_at, 1e-6) for execution in executions]
    worked = sum(lengths)
    room = max(0.5, 1 - _BREAK * (len(lengths) - 1))
    pause = (1 - room) / (len(lengths) - 1) if len(lengths) > 1 else 0.0
    stretches: list[Stretch] = []
    begin = worked_before = 0.0
    for execution, length in zip(executions, lengths, strict=True):
        end = begin + room * length / worked
        stretches.append(Stretch(execution.started_at, execution.started_at + length, begin, end, worked_before))
        begin = end + pause
        worked_before += length
    return TimeAxis(tuple(stretches), worked)


def nice_step(span_seconds: float, parts: int) -> float:
    """Give a round number of seconds that divides a time into about so many parts."""
    rough = span_seconds / parts
    if rough >= _NICE[-1]:
        return math.ceil(rough / _NICE[-1]) * float(_NICE[-1])
    if rough >= 1:
        return float(next(step for step in _NICE if step >= rough))
    return nice_number(rough)


def mark_text(seconds: float, span_seconds: float) -> str:
    """Write the time at a mark of an axis that is so long: it differs from that of the next mark."""
    if seconds and span_seconds >= 1:
        return duration(seconds)
    return f"{seconds:.{max(0, 1 - math.floor(math.log10(span_seconds)))}f}s"


def nice_number(rough: float) -> float:
    """Give 1, 2 or 5 times a power of ten, not below a number."""
    power = 10.0 ** math.floor(math.log10(max(rough, 1e-300)))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= rough * (1 - 1e-9)), 10 * power)
