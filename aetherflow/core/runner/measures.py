"""What a running step tells of itself: how far it is, and values that it measures; a million calls cost little."""

import math
import operator
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.event import EventType
from aetherflow.core.runner.foreign_text import own_text

#: Progress, and each metric beyond the first values, are events so often at most; the last one always is.
EVENT_SECONDS = 0.1
#: Of one attempt of a step: so many values are events whenever they come, so that a short series is whole.
WHOLE_VALUES = 1_000
#: Of one attempt of a step: metrics, each set of labels counted as one.
MOST_METRICS = 200
#: What was told is made durable so often, so that others can follow a step that takes long.
_COMMIT_SECONDS = 1.0
_LONGEST_NAME = 200
_LONGEST_MESSAGE = 1_000
_MOST_LABELS = 16
#: The whole numbers that every reader of JSON understands.
_LARGEST_WHOLE = 2**63

_Series = tuple[object, ...]


class MeasureSinks(Struct, frozen=True):
    """Where measures go: ``emit`` makes an event, ``commit`` makes it durable, ``warn`` tells what is left out.

    ``mask`` hides secrets in texts that are cut: of one that is cut in two, nobody would know the first half again.
    """

    emit: Callable[..., object]
    commit: Callable[[], None]
    warn: Callable[[str], None]
    mask: Callable[[str], str]
    monotonic: Callable[[], float]


class Measures:
    """The progress and the metrics of one attempt of a step, from whichever thread they come."""

    def __init__(self, sinks: MeasureSinks) -> None:
        self._sinks = sinks
        self._lock = Lock()
        self._next_at: dict[_Series, float] = {}
        self._waiting: dict[_Series, tuple[EventType, dict[str, Any]]] = {}
        self._values = 0
        self._is_full = False
        self._is_closed = False
        self._commit_at = sinks.monotonic() + _COMMIT_SECONDS

    def progress(self, done: Any, total: Any, message: Any) -> None:
        """Tell how far the step is; raises TypeError and ValueError for what is no progress."""
        payload = {
            "done": _amount("done", done),
            "total": None if total is None else _amount("total", total),
            "message": None if message is None else self._text("message", message, _LONGEST_MESSAGE),
        }
        with self._lock:
            if not self._is_closed:
                self._offer((), EventType.STEP_PROGRESS, payload)

    def metric(self, name: Any, value: Any, labels: Mapping[str, Any]) -> None:
        """Tell a value; raises TypeError and ValueError for what is no metric."""
        texts = self._labels(labels)
        payload = {"name": self._name(name), "value": _number("value", value), "labels": texts}
        series = (payload["name"], *sorted(texts.items()))
        with self._lock:
            if self._is_closed or not self._has_room(series):
                return
            self._values += 1
            if self._values <= WHOLE_VALUES:
                self._next_at[series] = 0.0
            self._offer(series, EventType.METRIC, payload)

    def close(self) -> None:
        """Tell what was held back; what comes later, from a thread that the step has left behind, is not told."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            for event_type, payload in self._waiting.values():
                self._sinks.emit(event_type, **payload)
            self._waiting.clear()

    def _name(self, name: Any) -> str:
        text = self._text("the name", name, _LONGEST_NAME)
        if not text.strip():
            raise ValueError("the name of a metric is empty")
        return text

    def _labels(self, labels: Mapping[str, Any]) -> dict[str, str]:
        if len(labels) > _MOST_LABELS:
            raise ValueError(f"a metric has {_MOST_LABELS} labels at most, not {len(labels)}")
        return {own_text(name): self._label(name, value) for name, value in labels.items()}

    def _label(self, name: str, value: Any) -> str:
        if isinstance(value, int | float):
            return own_text(value)
        return self._text(f'the label "{name}"', value, _LONGEST_NAME)

    def _text(self, what: str, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{what} is no text: {type(value).__name__}")
        text = own_text(value)
        if len(text) > longest:
            text = self._sinks.mask(text)
        return text if len(text) <= longest else f"{text[: longest - 1]}…"

    def _has_room(self, series: _Series) -> bool:
        if series in self._next_at or len(self._next_at) < MOST_METRICS:
            return True
        if not self._is_full:
            self._is_full = True
            self._sinks.warn(f"the step has more than {MOST_METRICS} metrics: further ones are not recorded")
        return False

    def _offer(self, series: _Series, event_type: EventType, payload: dict[str, Any]) -> None:
        now = self._sinks.monotonic()
        if now < self._next_at.get(series, 0.0):
            self._waiting[series] = (event_type, payload)
            return
        self._next_at[series] = now + EVENT_SECONDS
        self._waiting.pop(series, None)
        self._sinks.emit(event_type, **payload)
        if now >= self._commit_at:
            self._commit_at = now + _COMMIT_SECONDS
            self._sinks.commit()


def _amount(what: str, value: Any) -> int | float:
    number = _number(what, value)
    if number < 0:
        raise ValueError(f"{what} is {number}, and cannot be less than 0")
    return number


def _number(what: str, value: Any) -> int | float:
    """Give a finite number as JSON has it; numbers of other libraries are converted."""
    kind = type(value)
    if kind is not int and kind is not float:
        value = _converted(what, value)
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        raise ValueError(f"{what} is {value}, and no finite number")
    if -_LARGEST_WHOLE <= value < _LARGEST_WHOLE:
        return int(value)
    raise ValueError(f"{what} is a whole number of more than 64 bits")


def _converted(what: str, value: Any) -> int | float:
    if isinstance(value, bool | str | bytes):
        raise TypeError(f"{what} is no number: {type(value).__name__}")
    try:
        return int(operator.index(value))
    except TypeError:
        pass
    try:
        return float(value)
    except TypeError:
        raise TypeError(f"{what} is no number: {type(value).__name__}") from None
