"""What is counted and measured of a run, for metrics: its own numbers, and those that its steps gave."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.api import Event, EventType

#: Each series costs memory wherever metrics are kept: a run that makes one for each row must not fill that.
MOST_SERIES = 1_000

#: A step by its job, the item of the job's loop, and its own id.
StepKey = tuple[str | None, int | None, str | None]


class StepMetric(Struct, frozen=True):
    """A number that a step gave, under a name and labels as Prometheus takes them."""

    name: str
    labels: tuple[tuple[str, str], ...]


class RunMeasures:
    """A run's numbers, from its first event on, through all of its executions."""

    def __init__(self, event: Event) -> None:
        self.flow_id = event.flow_id
        self.started_at = event.timestamp
        self.finished_at: float | None = None
        self.status = "RUNNING"
        self.retries = 0
        self.series_left_out = 0
        self.job_statuses: dict[str, str] = {}
        self.job_seconds: dict[str, float] = {}
        self.given: dict[StepMetric, float] = {}
        self._duration_seconds = 0.0
        self._last_at = event.timestamp
        self._resumed_at = event.timestamp
        self._steps: dict[StepKey, str] = {}

    @property
    def seconds(self) -> float:
        """How long the run's executions took together, so far."""
        return self._duration_seconds + (0.0 if self.finished_at else max(0.0, self._last_at - self._resumed_at))

    @property
    def steps(self) -> Counter[str]:
        """How many steps ended with each status."""
        return Counter(self._steps.values())

    @property
    def jobs(self) -> Counter[str]:
        """How many jobs ended with each status."""
        return Counter(self.job_statuses.values())

    def take(self, event: Event) -> None:
        """Take the next event."""
        self._last_at = event.timestamp
        writer = _WRITERS.get(event.type)
        if writer:
            writer(self, event)

    def _begin(self, event: Event) -> None:
        self.status, self.finished_at, self._resumed_at = "RUNNING", None, event.timestamp

    def _finish(self, event: Event) -> None:
        self.status, self.finished_at = str(event.payload.get("status")), event.timestamp
        self._duration_seconds += float(event.payload.get("duration_seconds") or 0.0)

    def _retry(self, event: Event) -> None:
        self.retries += 1

    def _finish_step(self, event: Event) -> None:
        self._steps[event.job_id, event.item, event.step_id] = str(event.payload.get("status"))

    def _finish_job(self, event: Event) -> None:
        job_id = str(event.job_id)
        self.job_statuses[job_id] = str(event.payload.get("status"))
        if event.type is EventType.JOB_FINISHED:
            seconds = float(event.payload.get("duration_seconds") or 0.0)
            self.job_seconds[job_id] = self.job_seconds.get(job_id, 0.0) + seconds

    def _give(self, event: Event) -> None:
        value = event.payload.get("value")
        if not isinstance(value, int | float) or isinstance(value, bool):
            return
        metric = StepMetric(metric_name(str(event.payload.get("name"))), _labels_of(event))
        if metric not in self.given and len(self.given) >= MOST_SERIES:
            self.series_left_out += 1
        else:
            self.given[metric] = _as_float(value)


_WRITERS = {
    EventType.RUN_STARTED: RunMeasures._begin,
    EventType.RUN_RESUMED: RunMeasures._begin,
    EventType.RUN_FINISHED: RunMeasures._finish,
    EventType.STEP_RETRYING: RunMeasures._retry,
    EventType.STEP_FINISHED: RunMeasures._finish_step,
    EventType.JOB_FINISHED: RunMeasures._finish_job,
    EventType.JOB_GATED: RunMeasures._finish_job,
    EventType.METRIC: RunMeasures._give,
}


def metric_name(name: str) -> str:
    """Make a name of what a step calls its number; what Prometheus does not take becomes ``_``."""
    return re.sub(r"[^a-zA-Z0-9_]", "_", name) or "_"


def _labels_of(event: Event) -> tuple[tuple[str, str], ...]:
    """Give the labels of a number: where it is from, then its own; one that is called alike gets a prefix."""
    labels = {"flow": event.flow_id, "job": event.job_id or "", "step": event.step_id or ""}
    own: Mapping[str, Any] = event.payload.get("labels") or {}
    for written, value in own.items():
        name = re.sub(r"[^a-zA-Z0-9_]", "_", written)
        # As Prometheus itself renames them; names that begin with two underscores are its own.
        while name in labels or name.startswith("__") or not name or name[0].isdigit():
            name = f"exported_{name.lstrip('_')}"
        labels[name] = str(value)
    return tuple(labels.items())


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
