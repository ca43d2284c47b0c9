"""Reads the events of a run once, in order, and keeps what a report shows of them; of the rest, the numbers."""

from collections.abc import Callable, Iterable

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.graph_parts import EdgeKind
from aetherflow.core.events.wording import place_of
from aetherflow.core.operations.report.metric_story import MetricStories
from aetherflow.core.operations.report.step_story import Lines, RawLine, StepStory
from aetherflow.core.operations.report.values import CUT_OFF, IN_FLIGHT, Execution, Status

#: A step by its job, the index of its item and its id.
StepKey = tuple[str | None, int | None, str | None]

_MOST_LINES, _FEWEST_LINES, _ALL_LINES = 200, 5, 20_000
_MOST_ROWS = 200


class Rows:
    """The first events of a kind, and how many came after them."""

    def __init__(self) -> None:
        self.kept: list[Event] = []
        self.left_out = 0

    def add(self, event: Event) -> None:
        """Keep an event, while there is room."""
        if len(self.kept) < _MOST_ROWS:
            self.kept.append(event)
        else:
            self.left_out += 1


class JournalReading:
    """What a run's events tell, gathered from the first to the last; ``steps`` is how many steps there are about."""

    def __init__(self, steps: int) -> None:
        self.most_lines = max(_FEWEST_LINES, min(_MOST_LINES, _ALL_LINES // max(1, steps)))
        self.steps: dict[StepKey, StepStory] = {}
        self.messages = Lines(_MOST_LINES)
        self.metrics = MetricStories()
        self.gates, self.patches, self.locks = Rows(), Rows(), Rows()
        self.planned: list[str] = []
        self.order: dict[str, dict[str, EdgeKind]] | None = None
        self.executions: list[Execution] = []
        self._begun: Event | None = None
        self._last_at = 0.0
        self._writers: dict[EventType, Callable[[Event], None]] = {
            EventType.RUN_STARTED: self._begin,
            EventType.RUN_RESUMED: self._begin,
            EventType.RUN_FINISHED: self._run_finished,
            EventType.STEP_STARTED: self._step,
            EventType.STEP_RETRYING: self._step,
            EventType.STEP_FINISHED: self._step,
            EventType.LOG: self._message,
            EventType.ERROR: self._message,
            EventType.JOB_GATED: self.gates.add,
            EventType.HOOK_PATCHED: self.patches.add,
            EventType.LOCK_ACQUIRED: self.locks.add,
            EventType.LOCK_RELEASED: self.locks.add,
            EventType.METRIC: self.metrics.take_metric,
            EventType.STEP_PROGRESS: self._progress,
        }

    def read(self, events: Iterable[Event], *, live_until: float | None) -> None:
        """Take all events; what goes on still ends at ``live_until``, or with the last event where nothing lives."""
        for event in events:
            writer = self._writers.get(event.type)
            if writer:
                writer(event)
            self._last_at = event.timestamp
        if live_until is None:
            self._end(self._last_at, None, CUT_OFF)
        else:
            self._end(max(live_until, self._last_at), "RUNNING", IN_FLIGHT)

    def story(self, key: StepKey) -> StepStory:
        """Give what is known of a step."""
        return self.steps.get(key) or StepStory(self.most_lines)

    def _begin(self, event: Event) -> None:
        self._end(self._last_at, None, CUT_OFF)
        self._begun = event
        self.planned = event.payload.get("jobs", self.planned)
        self.order = event.payload.get("after", self.order)

    def _run_finished(self, event: Event) -> None:
        self._end(event.timestamp, str(event.payload.get("status")), CUT_OFF)

    def _end(self, at: float, status: Status | None, open_steps_are: Status) -> None:
        for story in self.steps.values():
            if story.is_open:
                story.close(at, open_steps_are)
        if self._begun is not None:
            done = self._begun.payload.get("done")
            self.executions.append(
                Execution(
                    started_at=self._begun.timestamp,
                    finished_at=max(at, self._begun.timestamp),
                    status=status,
                    done_before=done if isinstance(done, int) else 0,
                )
            )
        self._begun = None

    def _step(self, event: Event) -> None:
        self._story_of(event).take(event)

    def _story_of(self, event: Event) -> StepStory:
        key = (event.job_id, event.item, event.step_id)
        if key not in self.steps:
            self.steps[key] = StepStory(self.most_lines)
        return self.steps[key]

    def _progress(self, event: Event) -> None:
        self.metrics.take_progress(event)
        if event.payload.get("message"):
            self._story_of(event).log.add(RawLine(event.timestamp, "progress", str(event.payload["message"])))

    def _message(self, event: Event) -> None:
        is_error = event.type is EventType.ERROR
        level = "error" if is_error else str(event.payload.get("level") or "info")
        text = str(event.payload.get("message") or "")
        if event.step_id is not None:
            self._story_of(event).log.add(RawLine(event.timestamp, level, text))
        else:
            where = f"{place_of(event)}: " if event.job_id else ""
            self.messages.add(RawLine(event.timestamp, level, where + text))
