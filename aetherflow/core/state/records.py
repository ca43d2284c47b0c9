"""What the store keeps, as values: runs, jobs, steps, shared variables, and the batch that one commit writes.

Times are UTC seconds since 1970. ``item`` is the index of a loop's item, NO_ITEM for a job that is no loop and for the
loop itself. Values of type ``Any`` are JSON, with every secret already replaced by a reference to its origin.
"""

from typing import Any

from msgspec import Struct, field

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus

NO_ITEM = -1


class BundleProvenance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The bundle that a flow came from; ``revision`` is what its source calls it, ``digest`` that of its files."""

    id: str
    source: str
    revision: str
    digest: str


class PluginProvenance(Struct, frozen=True, kw_only=True):
    """A plugin that was loaded for a run."""

    name: str
    version: str
    origin: str
    digest: str


class Provenance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run's latest execution went by; ``manifest`` is the operator's, by its absolute path."""

    mode: str = ""
    manifest: str | None = None
    manifest_digest: str | None = None
    bundle: BundleProvenance | None = None
    plugins: list[PluginProvenance] = []


class RunRecord(Struct, frozen=True, kw_only=True):
    """One run. ``token`` is what its child processes carry in their environment; ``run_key`` is kept as first given.

    ``places`` holds the ``state_roots`` and ``work_roots`` below which its executions had their folders.
    """

    flow_id: str
    run_id: str
    status: RunStatus
    started_at: float
    finished_at: float | None = None
    pid: int
    host: str
    token: str
    flow_source: str
    flow_digest: str
    params: dict[str, Any] = {}
    options: dict[str, Any] = {}
    error: str | None = None
    run_key: str | None = None
    places: dict[str, list[str]] = {}
    provenance: Provenance = Provenance()


class JobRecord(Struct, frozen=True, kw_only=True):
    """One job, or one item of a loop; ``status`` is None while it runs, ``items`` what a loop runs over."""

    flow_id: str
    run_id: str
    job_id: str
    item: int = NO_ITEM
    status: JobStatus | None = None
    outputs: Any = None
    reason: str | None = None
    started_at: float | None = None
    finished_at: float | None = None
    digest: str | None = None
    items: list[Any] | None = None


class StepRecord(Struct, frozen=True, kw_only=True):
    """One step of a job; ``status`` is None while it is in flight, ``position`` its place in the job."""

    flow_id: str
    run_id: str
    job_id: str
    item: int = NO_ITEM
    step_id: str
    position: int
    status: StepStatus | None = None
    attempts: int = 0
    outputs: Any = None
    error: str | None = None
    reason: str | None = None
    started_at: float | None = None
    finished_at: float | None = None
    definition_digest: str | None = None
    plugin: str | None = None
    plugin_digest: str | None = None
    effects: Effects | None = None


class VariableRecord(Struct, frozen=True, kw_only=True):
    """A value that the steps of a run share under a name; ``is_removed`` forgets it."""

    flow_id: str
    run_id: str
    name: str
    value: Any = None
    is_removed: bool = False


class Batch(Struct):
    """What one commit writes, all or nothing. Filled as things happen: the one record here that is not frozen."""

    runs: list[RunRecord] = field(default_factory=list)
    jobs: list[JobRecord] = field(default_factory=list)
    steps: list[StepRecord] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    variables: list[VariableRecord] = field(default_factory=list)
