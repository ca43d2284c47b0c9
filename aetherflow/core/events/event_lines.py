"""What is told of an event, as lines of styled segments: the same on a terminal and in a log file."""

from collections.abc import Callable, Iterable
from typing import Any

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.measure_lines import LastMetrics, metric_of, told_metrics, told_progress
from aetherflow.core.events.segments import Line, Segment, StyleName, first_line, harmless
from aetherflow.core.events.wording import Signs, counted, duration, place_of, sign_of

LEVELS = ("debug", "info", "warning", "error")
#: How often at most a line tells of a step's progress, in a log that nobody wants to be long.
PROGRESS_SECONDS = 10.0
_SHORT_DIGEST = len("sha256:") + 12
_MOST_NAMED = 3
_LEVEL_STYLES: dict[str, StyleName] = {"debug": "dim", "warning": "warn", "error": "bad"}


class EventLines:
    """Turns events into lines, as much as is wanted of them.

    ``level`` is the lowest level of log messages that is told; ``is_quiet`` leaves only messages and errors, for who
    is quiet tells at the end what failed; ``tells_begun`` says whether the beginnings of jobs and steps are lines of
    their own, which they are where nothing moves.
    """

    def __init__(self, signs: Signs, *, level: str = "info", is_quiet: bool = False, tells_begun: bool = True) -> None:
        self._signs = signs
        self._is_quiet = is_quiet
        self._tells_begun = tells_begun
        self._told_failure_of: str | None = None
        self._metrics = LastMetrics()
        self._progress_told_at: dict[str, float] = {}
        self._lowest = LEVELS.index(level) if level in LEVELS else 1
        self._writers: dict[EventType, Callable[[Event, dict[str, Any]], list[Line]]] = {
            EventType.RUN_STARTED: self._run_started,
            EventType.RUN_RESUMED: self._run_resumed,
            EventType.PLUGIN_LOADED: self._plugin_loaded,
            EventType.JOB_STARTED: self._job_started,
            EventType.JOB_GATED: self._job_gated,
            EventType.JOB_FINISHED: self._job_finished,
            EventType.STEP_STARTED: self._step_started,
            EventType.STEP_PROGRESS: self._step_progress,
            EventType.METRIC: self._metric,
            EventType.STEP_RETRYING: self._step_retrying,
            EventType.STEP_FINISHED: self._step_finished,
            EventType.HOOK_PATCHED: self._hook_patched,
            EventType.LOG: self._log,
            EventType.ERROR: self._error,
        }

    @property
    def _tells_debug(self) -> bool:
        return self._lowest == LEVELS.index("debug")

    @property
    def kinds(self) -> Iterable[EventType]:
        """The kinds of events that are told at all."""
        return self._writers.keys()

    def lines(self, event: Event) -> list[Line]:
        """Give the lines for an event; often one, sometimes none."""
        writer = self._writers.get(event.type)
        return writer(event, event.payload) if writer else []

    def _run_started(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        jobs = counted(len(payload.get("jobs", ())), "job")
        selected = len(payload.get("steps_of", payload.get("jobs", ())))
        part = f"{selected:,} of " if selected < len(payload.get("jobs", ())) else ""
        about = f"{part}{jobs}, {counted(payload.get('steps', 0), 'step')}"
        return self._unless_quiet(self._head(event), Segment(f" ({about})", "dim"))

    def _run_resumed(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        about = f"{counted(payload.get('done', 0), 'step')} done before"  # a loop does its steps many times
        return self._unless_quiet(self._head(event), Segment(" resumed"), Segment(f" ({about})", "dim"))

    def _plugin_loaded(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        return [[Segment(plugin_loaded(event, self._signs), "dim")]] if self._tells_debug else []

    def _head(self, event: Event) -> Segment:
        return Segment(f"{self._signs.started} {event.flow_id}: run {event.run_id}", "strong")

    def _job_started(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        return self._begun(Segment(f"{self._signs.begun} job {place_of(event)} started", "dim"))

    def _step_started(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        return self._begun(
            Segment(f"{self._signs.begun} {place_of(event)} started ({harmless(str(payload.get('type', '')))})", "dim")
        )

    def _step_progress(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        """Tell, where nothing moves, now and then how far a step is; each time to those who look closely."""
        place = place_of(event)
        told_at = self._progress_told_at.setdefault(place, event.timestamp)
        if event.timestamp < told_at + PROGRESS_SECONDS and not self._tells_debug:
            return []
        self._progress_told_at[place] = event.timestamp
        return self._begun(Segment(f"{self._signs.begun} {place} {told_progress(payload)}", "dim"))

    def _metric(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        """Keep the value for the end of its step; a line of its own is for those who look closely."""
        self._metrics.put(event)
        text = f"{self._signs.begun} {place_of(event)} {told_metrics([metric_of(payload)])}"
        return self._begun(Segment(text, "dim")) if self._tells_debug else []

    def _job_gated(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        status = str(payload.get("status", "SKIPPED"))
        return self._unless_quiet(
            *self._outcome(status, f"job {place_of(event)} "),
            Segment(status, sign_of(status, self._signs)[1]),
            *_because(payload.get("reason")),
        )

    def _job_finished(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        status = str(payload.get("status", ""))
        return self._unless_quiet(
            *self._outcome(status, f"job {place_of(event)}"),
            Segment(f" {status} {duration(payload.get('duration_seconds', 0.0))}", "plain"),
            # Right below a failed step's own line the job's reason would say the same again.
            *([] if status == "FAILED" and self._told_failure_of == event.job_id else _because(payload.get("reason"))),
        )

    def _step_finished(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        status = str(payload.get("status", ""))
        self._told_failure_of = event.job_id if status == "FAILED" else None
        place = place_of(event)
        self._progress_told_at.pop(place, None)
        metrics = self._metrics.take(place)
        if payload.get("reused"):
            return self._unless_quiet(Segment(f"{self._signs.done} {place_of(event)} done before", "dim"))
        word = [] if status == "SUCCESS" else [Segment(f" {status}", sign_of(status, self._signs)[1])]
        took = Segment(f" {duration(payload.get('duration_seconds', 0.0))}", "dim")
        why = payload.get("error") or payload.get("reason")
        measured = self._unless_quiet(Segment(f"  {place} | ", "dim"), Segment(metrics)) if metrics else []
        return measured + self._unless_quiet(
            *self._outcome(status, place), *word, took, *_attempts(payload), *_because(why)
        )

    def _step_retrying(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        attempt = payload.get("attempt") or event.attempt or 1
        return self._unless_quiet(
            Segment(f"{self._signs.again} {place_of(event)} attempt {attempt} failed", "warn"),
            *_because(payload.get("error")),
            Segment(f"; again in {duration(payload.get('delay_seconds', 0.0))}", "dim"),
        )

    def _hook_patched(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        where = place_of(event) if event.job_id else "the run"
        changed = [*map(str, payload.get("changed", ()))]
        more = len(changed) - _MOST_NAMED + int(payload.get("left_out") or 0)
        what = ", ".join(changed[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        who = f'plugin "{payload.get("plugin")}" ({payload.get("hook")})'
        return self._unless_quiet(Segment(harmless(f"{self._signs.begun} {where}: {who} changed {what}"), "dim"))

    def _log(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        level = str(payload.get("level", "info")).lower()
        if LEVELS.index(level if level in LEVELS else "info") < self._lowest:
            return []
        style = _LEVEL_STYLES.get(level, "plain")
        is_output = payload.get("stream") is not None
        prefix = Segment(f"  {place_of(event)} | " if event.job_id else "  | ", "dim")
        tag = [] if is_output or level == "info" else [Segment(f"{level}: ", style)]
        text = harmless(str(payload.get("message", ""))).rstrip("\n")
        return [[prefix, *tag, Segment(line, "plain" if is_output else style)] for line in text.split("\n")]

    def _error(self, event: Event, payload: dict[str, Any]) -> list[Line]:
        text = harmless(str(payload.get("message", "")))
        where = f"{place_of(event)}: " if event.job_id else ""
        return [[Segment(f"{self._signs.failed} {where}{line}", "bad")] for line in text.split("\n")]

    def _outcome(self, status: str, place: str) -> Line:
        sign, style = sign_of(status, self._signs)
        return [Segment(sign, style), Segment(f" {place}")]

    def _unless_quiet(self, *segments: Segment) -> list[Line]:
        return [] if self._is_quiet else [list(segments)]

    def _begun(self, segment: Segment) -> list[Line]:
        return [[segment]] if self._tells_begun and not self._is_quiet else []


def plugin_loaded(event: Event, signs: Signs) -> str:
    """Say which plugin's code a run has loaded, from where, and how."""
    facts = event.payload
    took = duration(facts.get("duration_seconds", 0.0))
    how = f"{facts.get('origin')}, {facts.get('isolation')}, {str(facts.get('digest'))[:_SHORT_DIGEST]}"
    return first_line(f"{signs.begun} plugin {facts.get('plugin')} {facts.get('version')} loaded in {took} ({how})")


def _attempts(payload: dict[str, Any]) -> Line:
    attempts = payload.get("attempts") or 0
    return [Segment(f" ({attempts} attempts)", "dim")] if attempts > 1 else []


def _because(reason: object) -> Line:
    return [Segment(f": {first_line(str(reason))}")] if reason else []
