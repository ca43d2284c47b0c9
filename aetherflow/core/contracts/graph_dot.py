"""A flow's graph in DOT, the language of Graphviz. Source: https://graphviz.org/doc/info/lang.html"""

from collections.abc import Sequence

from aetherflow.core.contracts.graph_parts import GraphEdge, GraphJob

#: A label is read for escapes (`\n`) and for HTML entities (`&lt;`).
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})


def dot_of(flow_id: str, jobs: Sequence[GraphJob], edges: Sequence[GraphEdge]) -> str:
    """Draw jobs as boxes, hexagons (`when`) or boxes with double sides (`for_each`); order edges are dashed."""
    lines = [f"digraph {_quoted(flow_id)} {{", "    node [shape=box];"]
    lines += (f"    {_quoted(job.id)}{_attributes(job)};" for job in jobs)
    lines += (f"    {_quoted(edge.before)} -> {_quoted(edge.after)}{_style(edge)};" for edge in edges)
    return "\n".join([*lines, "}"]) + "\n"


def _attributes(job: GraphJob) -> str:
    attributes = []
    if job.marks:
        label = "\\n".join(line.translate(_ESCAPES) for line in (job.id, *job.marks))
        attributes.append(f'label="{label}"')
    if job.when is not None:
        attributes.append("shape=hexagon")
    if job.for_each is not None:
        attributes.append("peripheries=2")
    return f" [{', '.join(attributes)}]" if attributes else ""


def _style(edge: GraphEdge) -> str:
    return " [style=dashed]" if edge.kind == "order" else ""


def _quoted(text: str) -> str:
    """Quote an id: unquoted, `node`, `edge` and others would be words of the language."""
    return f'"{text.translate(_ESCAPES)}"'
