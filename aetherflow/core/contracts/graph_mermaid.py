"""A flow's graph as a Mermaid flowchart.

Nodes are numbered: ids such as `end` or `default` are words of Mermaid's own. Source: https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Sequence

from aetherflow.core.contracts.graph_parts import EdgeKind, GraphEdge, GraphJob

_ARROWS: dict[EdgeKind, str] = {"depends_on": "-->", "order": "-.->"}
#: Inside quotes these would end the text, or be read as an entity, HTML or Markdown.
_ENTITIES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"})


def mermaid_of(jobs: Sequence[GraphJob], edges: Sequence[GraphEdge]) -> str:
    """Draw jobs as boxes, hexagons (`when`) or boxes with double sides (`for_each`); order edges are dotted."""
    names = {job.id: f"job{number}" for number, job in enumerate(jobs, start=1)}
    lines = ["flowchart TD"]
    lines += (f"    {names[job.id]}{_box(job)}" for job in jobs)
    lines += (f"    {names[edge.before]} {_ARROWS[edge.kind]} {names[edge.after]}" for edge in edges)
    return "\n".join(lines) + "\n"


def _box(job: GraphJob) -> str:
    label = "<br/>".join(line.translate(_ENTITIES) for line in (job.id, *job.marks))
    if job.when is not None:
        return f'{{{{"{label}"}}}}'
    return f'[["{label}"]]' if job.for_each is not None else f'["{label}"]'
