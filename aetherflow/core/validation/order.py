"""Which jobs come before which, and the order of a run. The runner uses both, so that it does what was validated."""

from collections.abc import Iterable, Iterator, Mapping

from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.dependency_graph import Graph, dependency_order
from aetherflow.core.validation.flow_index import FlowIndex, index_flow
from aetherflow.core.validation.uses import Use, uses_in


def order_edges(flow: LoadedFlow) -> Mapping[str, frozenset[str]]:
    """Give, for every job that names others in a `when` or a template without `depends_on`, those jobs' ids."""
    index = index_flow(flow.definition)
    return edges_of_uses(index, uses_in(index))


def execution_order(flow: LoadedFlow) -> dict[str, dict[str, None]]:
    """Give all jobs in the order of a run, each with those that must come before it.

    That is file order, where `depends_on` and order edges allow. Linear but for a logarithm. Jobs of a cycle, which
    validation refuses, come last in file order.
    """
    index = index_flow(flow.definition)
    before = predecessors(index, edges_of_uses(index, uses_in(index)))
    return {job_id: before[job_id] for job_id in ordered(before)}


def edges_of_uses(index: FlowIndex, uses: Iterable[Use]) -> dict[str, frozenset[str]]:
    """Collect the order edges that uses make."""
    named: dict[str, set[str]] = {}
    for use in uses:
        job_id = use.where.job_id
        if job_id is not None and job_id in index.jobs:  # else its id could not be read
            for other in jobs_named(use):
                if other in index.jobs and other != job_id:
                    named.setdefault(job_id, set()).add(other)
    edges = {job_id: frozenset(others.difference(index.job(job_id).depends_on)) for job_id, others in named.items()}
    return {job_id: others for job_id, others in edges.items() if others}


def jobs_named(use: Use) -> Iterator[str]:
    """Give the id of every job that a string names as `jobs.ID…`."""
    for reference in use.references:
        if reference.path[0] == "jobs" and len(reference.path) > 1:
            yield reference.path[1]


def predecessors(index: FlowIndex, edges: Mapping[str, frozenset[str]]) -> dict[str, dict[str, None]]:
    """Give, for every job, the existing other jobs that must come before it, those of `depends_on` first."""
    place = index.jobs
    return {
        job_id: dict.fromkeys(
            other
            for other in (*index.job(job_id).depends_on, *sorted(edges.get(job_id, ()), key=place.__getitem__))
            if other in place and other != job_id
        )
        for job_id in place
    }


def ordered(before: Graph) -> list[str]:
    """Sort jobs so that each comes after those before it, else in file order; those of a cycle come last."""
    order = dependency_order(before)
    settled = set(order)
    return order + [name for name in before if name not in settled]
