"""`graph`: a flow's jobs and their edges, as a value that can be drawn. Runs nothing."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.contracts.graph_parts import GraphEdge, GraphJob
from aetherflow.core.documents.flow import JobDefinition
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.operations.preparation import prepare
from aetherflow.core.operations.requests import FlowRequest
from aetherflow.core.validation.flow_index import index_flow
from aetherflow.core.validation.order import edges_of_uses, ordered, predecessors
from aetherflow.core.validation.uses import uses_in

Mask = Callable[[str], str]


def graph(request: FlowRequest) -> FlowGraph:
    """Give the graph of a flow, masked; raises InputError with all findings where the flow could not run."""
    prepared = prepare(request)
    return graph_of(prepared.checked_flow(), prepared.masker.mask_text)


def graph_of(flow: LoadedFlow, mask: Mask = str) -> FlowGraph:
    """Draw up the graph of a flow whose jobs can be put in order; ids are never masked."""
    index = index_flow(flow.definition)
    before = predecessors(index, edges_of_uses(index, uses_in(index)))
    jobs = [index.job(job_id) for job_id in ordered(before)]
    return FlowGraph(
        flow_id=flow.definition.flow.id,
        jobs=tuple(_graph_job(job, mask) for job in jobs),
        edges=tuple(edge for job in jobs for edge in _edges(job, before[job.id])),
    )


def _graph_job(job: JobDefinition, mask: Mask) -> GraphJob:
    return GraphJob(
        id=job.id,
        description=mask(job.description),
        steps=len(job.steps),
        when=None if job.when is None else mask(_written(job.when)),
        for_each=None if job.for_each is None else mask(_written(job.for_each)),
    )


def _edges(job: JobDefinition, before: Iterable[str]) -> Iterator[GraphEdge]:
    needed = set(job.depends_on)
    for other in before:
        yield GraphEdge(before=other, after=job.id, kind="depends_on" if other in needed else "order")


def _written(value: object) -> str:
    """Give what an author wrote: a text as it is, a list or a boolean as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
