"""What a report shows of a run, as values: every text is masked and cut to its length, nothing is HTML yet.

Times are UTC seconds since 1970.
"""

from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.graph_parts import EdgeKind
from aetherflow.core.operations.run_lookup import RunView
from aetherflow.core.state.records import Provenance

#: A status of a run, a job or a step, or what stands in its place: in flight, cut off by the death of
#: the process, waiting for its turn.
Status = str
IN_FLIGHT = "IN FLIGHT"
CUT_OFF = "CUT OFF"
WAITING = "WAITING"
NOT_RUN = "NOT_RUN"

SpanKind = Literal["attempt", "wait"]


class Execution(Struct, frozen=True, kw_only=True):
    """One process that worked on the run: the first one, and one for every resume. ``status`` is None if it died."""

    started_at: float
    finished_at: float
    status: Status | None
    done_before: int = 0


class Span(Struct, frozen=True, kw_only=True):
    """A stretch of a step's time: an attempt with what became of it, or the wait before the next one."""

    kind: SpanKind
    started_at: float
    finished_at: float
    status: Status
    attempt: int = 1
    error: str = ""


class Pair(Struct, frozen=True):
    """A name and a text that belongs to it."""

    name: str
    text: str


class LogLine(Struct, frozen=True):
    """A line that was logged; ``level`` is empty for what a child printed."""

    at: float
    level: str
    text: str


class Kept(Struct, frozen=True):
    """The lines that are shown, and how many more there were before them."""

    lines: tuple[LogLine, ...] = ()
    left_out: int = 0


class StepEntry(Struct, frozen=True, kw_only=True):
    """A step; ``number`` is its place among all steps of the report."""

    number: int
    id: str
    place: str
    status: Status
    type: str = ""
    started_at: float | None = None
    finished_at: float | None = None
    attempts: int = 0
    spans: tuple[Span, ...] = ()
    spans_left_out: int = 0
    error: str = ""
    hint: str = ""
    reason: str = ""
    outputs: tuple[Pair, ...] = ()
    log: Kept = Kept()
    plugin: str = ""
    plugin_digest: str = ""
    effects: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took, as far as that is known."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max(0.0, self.finished_at - self.started_at)


class ItemEntry(Struct, frozen=True, kw_only=True):
    """One item of a loop."""

    index: int
    value: str
    status: Status
    reason: str = ""
    outputs: tuple[Pair, ...] = ()
    steps: tuple[StepEntry, ...] = ()


class JobEntry(Struct, frozen=True, kw_only=True):
    """A job, or the handlers of one kind; ``items`` is None where it is no loop."""

    number: int
    id: str
    status: Status
    is_handler: bool = False
    started_at: float | None = None
    finished_at: float | None = None
    reason: str = ""
    outputs: tuple[Pair, ...] = ()
    items: tuple[ItemEntry, ...] | None = None
    steps: tuple[StepEntry, ...] = ()

    @property
    def all_steps(self) -> tuple[StepEntry, ...]:
        """Its own steps and those of its items."""
        return (*self.steps, *(step for item in self.items or () for step in item.steps))

    @property
    def seconds(self) -> float | None:
        """How long it took, as far as that is known; of steps that a resume found done, how long these had taken."""
        if self.started_at is None or self.finished_at is None:
            return None
        begun = self.started_at
        if any(step.started_at is not None and step.started_at < begun for step in self.all_steps):
            return sum(step.seconds or 0.0 for step in self.all_steps)
        return max(0.0, self.finished_at - begun)


class Edge(Struct, frozen=True):
    """The job ``before`` had to come first."""

    before: str
    after: str
    kind: EdgeKind


class Series(Struct, frozen=True):
    """A line of a chart: moments, and the values at them. ``points`` counts those that were recorded."""

    label: str
    moments: tuple[float, ...]
    values: tuple[float, ...]
    points: int


class Metric(Struct, frozen=True):
    """A metric with its lines; ``unnumbered`` counts values that are no numbers, ``left_out`` the lines not kept.

    ``ends`` are values that its axis shows in any case.
    """

    name: str
    series: tuple[Series, ...]
    unnumbered: int = 0
    left_out: int = 0
    ends: tuple[float, ...] = ()


class Table(Struct, frozen=True):
    """Rows below a head, and how many more there were."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


class Report(Struct, frozen=True, kw_only=True):
    """A run, as its page shows it. ``status`` is that of the run as it is seen at ``made_at``."""

    run: RunView
    made_at: float
    facts: tuple[Pair, ...]
    params: tuple[Pair, ...]
    error: str
    provenance: Provenance
    executions: tuple[Execution, ...]
    jobs: tuple[JobEntry, ...]
    edges: tuple[Edge, ...]
    has_edges: bool
    metrics: tuple[Metric, ...]
    metrics_left_out: int
    progress: tuple[Metric, ...]
    gates: Table
    patches: Table
    locks: Table
    messages: Kept
