"""What happened in a run, as JUnit reports tell it: a suite for each job or item of a loop, a case for each step."""

from collections import deque
from collections.abc import Iterator

from msgspec import Struct, field

from aetherflow.core.api import Event, EventType

#: Handlers run in every execution; what those of an earlier one did is over.
_HANDLERS = "handlers."
_MOST_LINES = 200
_LONGEST_LINE = 2_000

#: A job, and the item of its loop.
SuiteKey = tuple[str, int | None]


class CaseStory(Struct):
    """One step so far: `error` says why it failed, `reason` why it was skipped; without a status it is in flight."""

    name: str
    status: str = ""
    seconds: float = 0.0
    attempts: int = 0
    error: str = ""
    hint: str = ""
    reason: str = ""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_LINES))


class SuiteStory(Struct):
    """One job, or one item of its loop, so far; of an item nothing but its steps is known."""

    started_at: float
    status: str = ""
    reason: str = ""
    seconds: float = 0.0
    cases: dict[str, CaseStory] = field(default_factory=dict)

    def has(self, status: str) -> bool:
        """Tell whether a step ended like this."""
        return any(case.status == status for case in self.cases.values())


class RunStory:
    """A run from its first event on, through all of its executions: what happened last counts."""

    def __init__(self, event: Event) -> None:
        self.flow_id = event.flow_id
        self.run_id = event.run_id
        self.started_at = event.timestamp
        self.status = ""
        self.seconds = 0.0
        self.errors: list[str] = []
        self.suites: dict[SuiteKey, SuiteStory] = {}

    def take(self, event: Event) -> None:
        """Take the next event."""
        if event.type in (EventType.RUN_STARTED, EventType.RUN_RESUMED):
            self._begin()
        elif event.type is EventType.RUN_FINISHED:
            self.status = str(event.payload.get("status"))
            self.seconds += _seconds(event)
        elif event.step_id is not None:
            self._take_of_step(event, self._suite(event), event.step_id)
        elif event.job_id is not None:
            self._take_of_job(event, self._suite(event))
        elif event.type is EventType.ERROR:
            self.errors.append(_text(event, "message"))

    def items_of(self, job_id: str) -> Iterator[SuiteStory]:
        """Give the items of a loop."""
        return (suite for (job, item), suite in self.suites.items() if job == job_id and item is not None)

    def _begin(self) -> None:
        self.status = ""
        self.errors.clear()
        self.suites = {key: suite for key, suite in self.suites.items() if not key[0].startswith(_HANDLERS)}

    def _suite(self, event: Event) -> SuiteStory:
        key = (str(event.job_id), event.item)
        if key not in self.suites:
            self.suites[key] = SuiteStory(started_at=event.timestamp)
        return self.suites[key]

    def _take_of_job(self, event: Event, suite: SuiteStory) -> None:
        if event.type is EventType.JOB_STARTED:
            suite.status = suite.reason = ""
        elif event.type in (EventType.JOB_GATED, EventType.JOB_FINISHED):
            suite.status, suite.reason = _text(event, "status"), _text(event, "reason")
            suite.seconds += _seconds(event)

    def _take_of_step(self, event: Event, suite: SuiteStory, step_id: str) -> None:
        case = suite.cases.get(step_id)
        if case is None or event.type is EventType.STEP_STARTED:
            case = suite.cases[step_id] = CaseStory(name=step_id)
        if event.type is EventType.LOG:
            case.log.append(_cut(f"{_text(event, 'level')}: {_text(event, 'message')}"))
        elif event.type is EventType.STEP_RETRYING:
            case.log.append(_cut(f"attempt {event.attempt} failed: {_text(event, 'error')}"))
        elif event.type is EventType.STEP_FINISHED:
            case.status, case.seconds = _text(event, "status"), _seconds(event)
            case.attempts = int(event.payload.get("attempts") or 0)
            case.error, case.hint, case.reason = (_text(event, key) for key in ("error", "hint", "reason"))


def _text(event: Event, key: str) -> str:
    value = event.payload.get(key)
    return "" if value is None else str(value)


def _seconds(event: Event) -> float:
    return float(event.payload.get("duration_seconds") or 0.0)


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"
