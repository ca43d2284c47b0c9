"""From moments to places on a line: the time between two executions of a run is drawn as a narrow break."""

import math
from collections.abc import Sequence

from msgspec import Struct

from aetherflow.core.operations.report.values import Execution

_BREAK = 0.03  # of the line's length
_NICE = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


class Stretch(Struct, frozen=True):
    """A piece of the line that an execution takes, from ``begin`` to ``end`` of its length, which is 1."""

    started_at: float
    finished_at: float
    begin: float
    end: float


class TimeAxis(Struct, frozen=True):
    """Places of moments; ``worked_seconds`` is how long the executions took together."""

    stretches: tuple[Stretch, ...]
    worked_seconds: float

    def place(self, moment: float) -> float:
        """Give the place of a moment, from 0 to 1; one between two executions is in their break."""
        place = 0.0
        for stretch in self.stretches:
            if moment < stretch.started_at:
                return place
            length = stretch.finished_at - stretch.started_at
            share = min(1.0, (moment - stretch.started_at) / length) if length > 0 else 0.0
            place = stretch.begin + share * (stretch.end - stretch.begin)
        return place

    def worked(self, moment: float) -> float:
        """Give how many seconds had been worked at a moment."""
        return sum(
            min(moment, stretch.finished_at) - stretch.started_at
            for stretch in self.stretches
            if stretch.started_at < moment
        )

    def ticks(self) -> list[tuple[float, float]]:
        """Give places to mark, with the seconds that were worked until there."""
        step = nice_step(self.worked_seconds, 5)
        marks: list[tuple[float, float]] = []
        worked = 0.0
        number = 0
        for stretch in self.stretches:
            length = stretch.finished_at - stretch.started_at
            while step > 0 and number * step <= worked + length + 1e-9 and len(marks) < 50:
                marks.append((self.place(stretch.started_at + number * step - worked), number * step))
                number += 1
            worked += length
        return marks

    def breaks(self) -> list[tuple[float, float]]:
        """Give the middle of each break, with the seconds that nobody worked."""
        pairs = zip(self.stretches, self.stretches[1:], strict=False)
        return [((a.end + b.begin) / 2, b.started_at - a.finished_at) for a, b in pairs]


def axis_of(executions: Sequence[Execution]) -> TimeAxis:
    """Lay executions one behind the other."""
    lengths = [max(execution.finished_at - execution.started_at, 1e-6) for execution in executions]
    worked = sum(lengths)
    room = max(0.5, 1 - _BREAK * (len(lengths) - 1))
    pause = (1 - room) / (len(lengths) - 1) if len(lengths) > 1 else 0.0
    stretches: list[Stretch] = []
    begin = 0.0
    for execution, length in zip(executions, lengths, strict=True):
        end = begin + room * length / worked
        stretches.append(Stretch(execution.started_at, execution.started_at + length, begin, end))
        begin = end + pause
    return TimeAxis(tuple(stretches), worked)


def nice_step(span_seconds: float, parts: int) -> float:
    """Give a round number of seconds that divides a time into about so many parts."""
    rough = span_seconds / parts
    if rough >= _NICE[-1]:
        return math.ceil(rough / _NICE[-1]) * float(_NICE[-1])
    if rough >= 1:
        return float(next(step for step in _NICE if step >= rough))
    return nice_number(rough)


def nice_number(rough: float) -> float:
    """Give 1, 2 or 5 times a power of ten, not below a number."""
    power = 10.0 ** math.floor(math.log10(max(rough, 1e-300)))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= rough * (1 - 1e-9)), 10 * power)
