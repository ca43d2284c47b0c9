"""A flow's graph as an outline of plain ASCII: a line a job, in the order of a run, indented by what it waits for."""

from collections.abc import Iterable, Mapping, Sequence

from aetherflow.core.contracts.graph_parts import EdgeKind, GraphEdge, GraphJob

_ARROWS: dict[EdgeKind, str] = {"depends_on": "<-", "order": "<~"}
_MEANINGS: dict[EdgeKind, str] = {
    "depends_on": "<-  runs after these jobs, if they ended well (depends_on)",
    "order": "<~  runs after these jobs, however they ended (named in a when or a template)",
}
_DEEPEST = 12  # levels of indentation: a chain of a thousand jobs is no triangle
_MOST_NAMED = 8
_WIDEST_COLUMN = 48


def text_of(flow_id: str, jobs: Sequence[GraphJob], edges: Sequence[GraphEdge]) -> str:
    """Write the outline, and what its arrows mean."""
    before: dict[str, list[GraphEdge]] = {job.id: [] for job in jobs}
    for edge in edges:
        before[edge.after].append(edge)
    depths = _depths(jobs, before)
    names = _column(f"{'  ' * min(depths[job.id], _DEEPEST)}{job.id}" for job in jobs)
    arrows = _column(_arrows(before[job.id]) for job in jobs)
    digits = len(str(len(jobs)))
    lines = [f"{flow_id}: {_counted(len(jobs), 'job')}, {_counted(len(edges), 'edge')}, in the order of a run", ""]
    for number, (job, *cells) in enumerate(zip(jobs, names, arrows, strict=True), start=1):
        lines.append(f"  {number:>{digits}}  {'  '.join((*cells, ', '.join(job.marks)))}".rstrip())
    kinds = {edge.kind for edge in edges}
    legend = [meaning for kind, meaning in _MEANINGS.items() if kind in kinds]
    return "\n".join([*lines, "", *legend] if legend else lines) + "\n"


def _column(cells: Iterable[str]) -> list[str]:
    cells = list(cells)
    width = min(max(map(len, cells), default=0), _WIDEST_COLUMN)
    return [cell.ljust(width) for cell in cells]


def _depths(jobs: Sequence[GraphJob], before: Mapping[str, Sequence[GraphEdge]]) -> dict[str, int]:
    """Count the jobs on the longest way to each; they stand in the order of a run, so one pass is enough."""
    depths: dict[str, int] = {}
    for job in jobs:
        depths[job.id] = max((depths[edge.before] + 1 for edge in before[job.id]), default=0)
    return depths


def _arrows(edges: Sequence[GraphEdge]) -> str:
    named = {kind: [edge.before for edge in edges if edge.kind == kind] for kind in _ARROWS}
    return "  ".join(f"{_ARROWS[kind]} {_listed(names)}" for kind, names in named.items() if names)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f", {more} more" if more > 0 else "")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
