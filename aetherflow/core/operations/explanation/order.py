"""Why the jobs of a flow run in the order in which they do."""

from collections.abc import Iterable, Iterator, Mapping

from aetherflow.core.contracts.span import render_path
from aetherflow.core.documents.flow import JobDefinition
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.operations.explanation.values import Reason, Site, site_of
from aetherflow.core.validation.flow_index import FlowIndex
from aetherflow.core.validation.order import edges_of_uses, ordered, predecessors
from aetherflow.core.validation.uses import Reference, Use

Mention = tuple[Use, Reference]


class JobOrder:
    """The order of a run, and for every job what must come before it, with the place that says so."""

    def __init__(self, flow: LoadedFlow, index: FlowIndex, uses: list[Use]) -> None:
        self._flow = flow
        self._index = index
        self._edges = edges_of_uses(index, uses)
        self._mentions = _first_mentions(uses)

    def jobs(self) -> list[JobDefinition]:
        """Give the jobs in the order of a run."""
        order = ordered(predecessors(self._index, self._edges))
        return [self._index.job(job_id) for job_id in order]

    def reasons(self, job: JobDefinition) -> list[Reason]:
        """Give everything that comes before a job: what it depends on, then what it names."""
        return [*self._dependencies(job), *self._order_edges(job)]

    def _dependencies(self, job: JobDefinition) -> Iterator[Reason]:
        path = ("jobs", self._index.jobs[job.id], "depends_on")
        places: dict[str, int] = {}
        for number, name in enumerate(job.depends_on):
            places.setdefault(name, number)
        for name, number in places.items():
            yield self._reason(job, name, "depends_on", site_of(self._flow.span(*path, number)))

    def _order_edges(self, job: JobDefinition) -> Iterator[Reason]:
        for name in sorted(self._edges.get(job.id, ()), key=self._index.jobs.__getitem__):
            use, reference = self._mentions[job.id, name]
            part = use.text[reference.start : reference.end]
            span = self._flow.find(use.path, part, use.text.count(part, 0, reference.start))
            yield self._reason(job, name, _told(use), site_of(span))

    def _reason(self, job: JobDefinition, other: str, because: str, site: Site) -> Reason:
        places = self._index.jobs
        return Reason(job=other, because=because, site=site, stands_later=places[other] > places[job.id])


def _first_mentions(uses: Iterable[Use]) -> Mapping[tuple[str, str], Mention]:
    found: dict[tuple[str, str], Mention] = {}
    for use in uses:
        for reference in use.references:
            if use.where.job_id and reference.path[0] == "jobs" and len(reference.path) > 1:
                found.setdefault((use.where.job_id, reference.path[1]), (use, reference))
    return found


def _told(use: Use) -> str:
    """Name the place inside its job: `when`, `for_each`, or `inputs.message of step tell`."""
    steps = use.where.steps
    if steps is None:
        return render_path(use.path[2:3])
    return f"{render_path(use.path[len(steps.path) + 1 :])} of step {steps.steps[use.where.position].id}"
