"""What a flow's parts are called and where they stand, looked up once for all rules."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import FlowDefinition, JobDefinition, StepDefinition

#: What the repair of a wrong structure puts in the place of a name (documents.structure.PLACEHOLDER; named again here
#: because that module is heavy and only wanted when something is wrong).
_PLACEHOLDER = "\0"


class StepList(Struct, frozen=True):
    """Steps that run in order and know each other: those of a job, or of a handler.

    ``positions`` holds each id's first position. ``label`` is what messages call the list: ``job "extract"``.
    """

    label: str
    path: DocumentPath
    steps: list[StepDefinition]
    positions: Mapping[str, int]
    job: JobDefinition | None = None

    @property
    def job_id(self) -> str | None:
        """The id of the job, None for a handler."""
        return self.job.id if self.job else None

    def step_path(self, position: int) -> DocumentPath:
        """Give the path of the step at a position."""
        return (*self.path, position)


class FlowIndex(Struct, frozen=True):
    """The flow's jobs by id (the first of each), their promoted keys, and all lists of steps in order of place."""

    definition: FlowDefinition
    jobs: Mapping[str, int]
    promoted: Mapping[str, frozenset[str]]
    step_lists: tuple[StepList, ...]

    def job(self, job_id: str) -> JobDefinition:
        """Give the job of an id that exists."""
        return self.definition.jobs[self.jobs[job_id]]


def index_flow(definition: FlowDefinition) -> FlowIndex:
    """Look up a flow's names. Placeholders, which nobody wrote, are left out."""
    jobs = _first_places([job.id for job in definition.jobs])
    lists = tuple(_step_lists(definition))
    promoted = {job_id: _promoted_keys(definition.jobs[place]) for job_id, place in jobs.items()}
    return FlowIndex(definition, jobs, promoted, lists)


def is_written(name: str) -> bool:
    """Tell a name that the user wrote from a placeholder that stands for one which could not be read."""
    return name[:1] != _PLACEHOLDER


def _step_lists(definition: FlowDefinition) -> Iterator[StepList]:
    for number, job in enumerate(definition.jobs):
        label = f'job "{job.id}"' if is_written(job.id) else "this job"
        yield StepList(label, ("jobs", number, "steps"), job.steps, _step_positions(job.steps), job)
    handlers = definition.handlers
    for name, steps in (
        ("on_success", handlers.on_success),
        ("on_failure", handlers.on_failure),
        ("on_exit", handlers.on_exit),
    ):
        if steps:
            yield StepList(f'handler "{name}"', ("handlers", name), steps, _step_positions(steps))


def _step_positions(steps: list[StepDefinition]) -> dict[str, int]:
    return _first_places([step.id for step in steps])


def _first_places(names: list[str]) -> dict[str, int]:
    places = dict(zip(names, range(len(names)), strict=True))
    if len(places) == len(names) and _PLACEHOLDER not in places:
        return places
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        if is_written(name):
            first.setdefault(name, place)
    return first


def _promoted_keys(job: JobDefinition) -> frozenset[str]:
    return frozenset(key for step in job.steps if step.outputs for key in step.outputs)
