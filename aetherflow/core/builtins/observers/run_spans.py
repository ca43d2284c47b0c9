"""Makes the spans of a run out of its events. Needs the extra `otel`: import it where it is wanted."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from opentelemetry.context import Context
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from aetherflow.core.api import Event, EventType

_LEVELS = ("debug", "info", "warning", "error", "none")
#: A span by what it is of: nothing for the run, then a job's id, the index of an item, a step's id.
Key = tuple[str | int, ...]
Attributes = dict[str, str | int | float | bool]


class RunIds(IdGenerator):
    """Gives a run's trace, and each span in it, the same id whoever makes it and whenever: that of what it is of."""

    def __init__(self) -> None:
        self.run = ""
        self.span = ""

    def generate_trace_id(self) -> int:
        """Give the id of the run's trace."""
        return self._number(16, self.run)

    def generate_span_id(self) -> int:
        """Give the id of the span that is about to begin."""
        return self.id_of(self.span)

    def id_of(self, span: str) -> int:
        """Give the id of a span of this run."""
        return self._number(8, f"{self.run}\0{span}")

    def _number(self, size: int, text: str) -> int:
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size]) or 1


class OpenSpan(Struct):
    """A span that has not ended, when it began, and of a step since when its attempt is under way."""

    span: Span
    started_at: float
    attempt: int = 1
    attempt_at: float = 0.0

    def end(self, at: float) -> None:
        """End it; a clock that was set back makes no negative durations."""
        self.span.end(end_time=_nanoseconds(max(at, self.started_at)))


class RunSpans:
    """Follows the events of one execution of a run. ``level`` is the lowest of messages that are told with spans."""

    def __init__(self, tracer: Tracer, ids: RunIds, level: str) -> None:
        self._tracer = tracer
        self._ids = ids
        self._lowest = _LEVELS.index(level)
        self._open: dict[Key, OpenSpan] = {}
        self._last_at = 0.0
        self._writers: dict[EventType, Callable[[Event], None]] = {
            EventType.RUN_STARTED: self._run_started,
            EventType.RUN_RESUMED: self._run_started,
            EventType.JOB_STARTED: self._job_started,
            EventType.JOB_GATED: self._job_gated,
            EventType.JOB_FINISHED: self._finished,
            EventType.STEP_STARTED: self._step_started,
            EventType.STEP_RETRYING: self._step_retrying,
            EventType.STEP_FINISHED: self._step_finished,
            EventType.RUN_FINISHED: self._finished,
            EventType.LOG: self._told,
            EventType.ERROR: self._told,
            EventType.METRIC: self._told,
            EventType.HOOK_PATCHED: self._told,
            EventType.LOCK_ACQUIRED: self._told,
            EventType.LOCK_RELEASED: self._told,
            EventType.PLUGIN_LOADED: self._told,
        }

    def take(self, event: Event) -> None:
        """Take the next event."""
        self._last_at = event.timestamp
        writer = self._writers.get(event.type)
        if writer:
            writer(event)

    def close(self) -> None:
        """End every span whose end was not told."""
        for open_span in self._open.values():
            open_span.span.set_status(Status(StatusCode.ERROR, "its end was not told"))
        self._end_below((), self._last_at)

    def _run_started(self, event: Event) -> None:
        self._ids.run = f"{event.flow_id}\0{event.run_id}"
        is_resumed = event.type is EventType.RUN_RESUMED
        attributes: Attributes = {
            "aetherflow.flow.id": event.flow_id,
            "aetherflow.run.id": event.run_id,
            "aetherflow.run.resumed": is_resumed,
            "aetherflow.flow.source": str(event.payload.get("flow")),
        }
        if not is_resumed:
            self._start((), event.flow_id, event.timestamp, attributes, name_of_id="run")
            return
        first = SpanContext(self._ids.generate_trace_id(), self._ids.id_of("run"), False, TraceFlags(1))
        attributes["aetherflow.run.steps_done_before"] = int(event.payload.get("done") or 0)
        self._start((), event.flow_id, event.timestamp, attributes, f"run {event.seq}", links=[Link(first)])

    def _job_started(self, event: Event) -> None:
        self._start(_key(event), f"job {event.job_id}", event.timestamp, _place(event), f"job {event.seq}")

    def _job_gated(self, event: Event) -> None:
        self._job_started(event)
        self._finished(event)

    def _step_started(self, event: Event) -> None:
        self._open_above(event, event.timestamp)
        attributes = _place(event) | {"aetherflow.step.type": str(event.payload.get("type"))}
        self._start(_key(event), f"step {event.step_id}", event.timestamp, attributes, f"step {event.seq}")

    def _step_retrying(self, event: Event) -> None:
        step = self._open.get(_key(event))
        if step is None:
            return
        self._add_event(step, event)
        self._attempt(step, event, str(event.payload.get("error")))
        step.attempt += 1
        step.attempt_at = event.timestamp + float(event.payload.get("delay_seconds") or 0.0)

    def _step_finished(self, event: Event) -> None:
        if _key(event) not in self._open:  # it was skipped before it began
            began_at = event.timestamp - float(event.payload.get("duration_seconds") or 0.0)
            self._open_above(event, began_at)
            self._start(_key(event), f"step {event.step_id}", began_at, _place(event), f"step {event.seq}")
        step = self._open[_key(event)]
        if step.attempt > 1 and step.attempt_at <= event.timestamp:
            self._attempt(step, event, event.payload.get("error"))
        step.span.set_attribute("aetherflow.step.attempts", int(event.payload.get("attempts") or 0))
        self._finished(event)

    def _attempt(self, step: OpenSpan, event: Event, error: str | None) -> None:
        """Make the span of an attempt that is over; one that was not repeated is its step's span."""
        self._ids.span = f"attempt {event.seq}"
        span = self._tracer.start_span(
            f"attempt {step.attempt}",
            context=set_span_in_context(step.span, Context()),
            attributes=_place(event) | {"aetherflow.step.attempt": step.attempt},
            start_time=_nanoseconds(step.attempt_at),
        )
        span.set_status(Status(StatusCode.ERROR, error) if error else Status(StatusCode.OK))
        span.end(end_time=_nanoseconds(max(event.timestamp, step.attempt_at)))

    def _finished(self, event: Event) -> None:
        key = _key(event)
        of = self._open.get(key)
        if of is None:
            return
        status, reason = str(event.payload.get("status")), event.payload.get("error") or event.payload.get("reason")
        of.span.set_attribute(f"aetherflow.{_noun(key)}.status", status)
        if reason:
            of.span.set_attribute("aetherflow.reason", str(reason))
        if status in ("FAILED", "INTERRUPTED"):
            of.span.set_status(Status(StatusCode.ERROR, str(reason or status)))
        elif status == "SUCCESS":
            of.span.set_status(Status(StatusCode.OK))
        self._end_below(key, event.timestamp)

    def _told(self, event: Event) -> None:
        level = "error" if event.type is EventType.ERROR else str(event.payload.get("level") or "info")
        if (_LEVELS.index(level) if level in _LEVELS else 1) < self._lowest:
            return
        key = _key(event)
        while key and key not in self._open:
            key = key[:-1]
        if key in self._open:
            self._add_event(self._open[key], event)

    def _add_event(self, of: OpenSpan, event: Event) -> None:
        attributes = _flat(event.payload) | ({} if event.attempt is None else {"attempt": event.attempt})
        of.span.add_event(event.type, attributes, timestamp=_nanoseconds(event.timestamp))

    def _open_above(self, event: Event, at: float) -> None:
        """Begin the span of an item, or of a handler: nothing tells of their beginnings but their steps."""
        job = (str(event.job_id),)
        if job not in self._open:
            self._start(job, f"job {event.job_id}", at, {"aetherflow.job.id": job[0]}, f"job {event.seq}")
        if event.item is not None and (*job, event.item) not in self._open:
            self._end_below(job, at, with_itself=False)  # the item before
            attributes: Attributes = {"aetherflow.job.id": job[0], "aetherflow.job.item": event.item}
            self._start((*job, event.item), f"{job[0]}[{event.item}]", at, attributes, f"item {event.seq}")

    def _start(
        self,
        key: Key,
        name: str,
        at: float,
        attributes: Attributes,
        name_of_id: str,
        links: list[Link] | None = None,
    ) -> None:
        above = next((self._open[key[:size]] for size in range(len(key) - 1, -1, -1) if key[:size] in self._open), None)
        self._ids.span = name_of_id
        span = self._tracer.start_span(
            name,
            context=set_span_in_context(above.span, Context()) if above else Context(),
            attributes=attributes,
            links=links,
            start_time=_nanoseconds(at),
        )
        self._open[key] = OpenSpan(span, at, attempt_at=at)

    def _end_below(self, key: Key, at: float, *, with_itself: bool = True) -> None:
        """End the spans of what lies within something, the innermost first, and its own."""
        within = [each for each in self._open if each[: len(key)] == key and (with_itself or each != key)]
        for each in sorted(within, key=len, reverse=True):
            self._open.pop(each).end(at)


def _key(event: Event) -> Key:
    return tuple(part for part in (event.job_id, event.item, event.step_id) if part is not None)


def _noun(key: Key) -> str:
    return ("run", "job")[len(key)] if len(key) < 2 else "step"


def _place(event: Event) -> Attributes:
    place = {"job.id": event.job_id, "job.item": event.item, "step.id": event.step_id}
    return {f"aetherflow.{name}": value for name, value in place.items() if value is not None}


def _flat(payload: Mapping[str, Any]) -> Attributes:
    """Give the plain values of a payload as attributes; lists and mappings are left to the journal."""
    return {key: value for key, value in payload.items() if isinstance(value, str | int | float | bool)}


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1_000_000_000)
