"""How progress and metrics are told: a few words that fit into a line."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.event import Event
from aetherflow.core.events.segments import first_line, harmless
from aetherflow.core.events.wording import place_of

_MOST_TOLD = 6
_LONGEST_MESSAGE = 80


class Metric(Struct, frozen=True):
    """The last value of a metric, and how it is called with its labels."""

    title: str
    value: str


class LastMetrics:
    """The last values of the metrics of steps that are running, by place; those told last come last."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, Metric]] = {}

    def put(self, event: Event) -> None:
        """Take the value of a metric's event."""
        metric = metric_of(event.payload)
        metrics = self._places.setdefault(place_of(event), {})
        metrics.pop(metric.title, None)
        metrics[metric.title] = metric

    def of(self, place: str) -> str:
        """Tell the metrics of a place in one line; empty where it has none."""
        return told_metrics(list(self._places.get(place, {}).values()))  # a copy: another thread may draw

    def take(self, place: str) -> str:
        """Tell the metrics of a place for the last time."""
        told = self.of(place)
        self._places.pop(place, None)
        return told


def told_metrics(metrics: Sequence[Metric]) -> str:
    """Tell metrics in one line; of many the last ones."""
    told = [f"{metric.title} {metric.value}" for metric in metrics[-_MOST_TOLD:]]
    more = [f"and {len(metrics) - _MOST_TOLD} more"] if len(metrics) > _MOST_TOLD else []
    return ", ".join([*told, *more])


def metric_of(payload: Mapping[str, Any]) -> Metric:
    """Give a metric as people read it: `loss (fold=3)` and `0.25`."""
    labels = ", ".join(f"{name}={value}" for name, value in (payload.get("labels") or {}).items())
    title = f"{payload.get('name')} ({labels})" if labels else str(payload.get("name"))
    return Metric(first_line(title), number(payload.get("value", 0)))


def told_progress(payload: Mapping[str, Any]) -> str:
    """Tell how far a step is: `1,200/5,000 (24%) reading`."""
    done, total, message = payload.get("done", 0), payload.get("total"), payload.get("message")
    text = number(done) if total is None else f"{number(done)}/{number(total)}"
    if total:
        text += f" ({100 if done >= total else int(100 * done / total)}%)"
    return f"{text} {_short(message)}" if message else text


def number(value: float) -> str:
    """Write a number as people read it: 1,200, 0.125, 3.5e-07."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.6g}" if abs(value) < 1e15 else f"{value:.6g}"


def _short(message: object) -> str:
    text = harmless(str(message)).strip("\n").partition("\n")[0]
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 3]}..."
