"""The graph of jobs with their statuses, as SVG: boxes with the name, how it went, and a link to the job."""

from itertools import pairwise

from aetherflow.core.events.wording import counted
from aetherflow.core.operations.report.graph_layout import HEIGHT, WIDTH, Picture, Point, picture_of
from aetherflow.core.operations.report.markup import NOTHING, Markup, element, joined
from aetherflow.core.operations.report.notable import most_notable
from aetherflow.core.operations.report.sections import section, took_of
from aetherflow.core.operations.report.status_look import sign, tone, word
from aetherflow.core.operations.report.values import Edge, JobEntry, Report

_MOST_JOBS = 150
_LONGEST_NAME = 20
_ARROW = 7


def graph_section(report: Report) -> Markup:
    """Draw the graph, or say why there is none to draw; one job is no graph."""
    jobs = [job for job in report.jobs if not job.is_handler]
    if len(jobs) < 2:
        return NOTHING
    if not report.has_edges:
        note = element("p", "Which jobs come before which is not recorded for this run.", class_="note")
        return section("graph", "Job graph", note)
    drawn = most_notable(jobs, _MOST_JOBS)
    names = {job.id for job in drawn}
    edges = [edge for edge in report.edges if edge.before in names and edge.after in names]
    picture = picture_of([job.id for job in drawn], [(edge.before, edge.after) for edge in edges])
    svg = _svg(picture, drawn, edges)
    label = f"graph of {counted(len(drawn), 'job')}"
    scrolled = element("div", svg, class_="scroll", tabindex=0, role="region", aria_label=label)
    return section("graph", "Job graph", _note(drawn, jobs, edges, report.edges), scrolled)


def _note(drawn: list[JobEntry], jobs: list[JobEntry], edges: list[Edge], all_edges: tuple[Edge, ...]) -> Markup:
    said = []
    if len(drawn) < len(jobs):
        said.append(
            f"Drawn are {len(drawn):,} of {counted(len(jobs), 'job')}: what did not go well first, then what took "
            f"longest; {counted(len(all_edges) - len(edges), 'edge')} to others are not. All jobs are listed below."
        )
    if any(edge.kind == "order" for edge in edges):
        said.append("A dotted line only puts two jobs in order; a full one also waits for success.")
    return element("p", " ".join(said), class_="note") if said else NOTHING


def _svg(picture: Picture, jobs: list[JobEntry], edges: list[Edge]) -> Markup:
    lines = [_edge(picture, edge) for edge in edges]
    boxes = [_box(picture.points[job.id], job) for job in jobs]
    return element(
        "svg",
        joined(*lines, *boxes),
        class_="graph",
        viewBox=f"0 0 {picture.width:.0f} {picture.height:.0f}",
        width=round(picture.width),
        height=round(picture.height),
        role="group",
        aria_label="jobs, each a link to its steps",
    )


def _edge(picture: Picture, edge: Edge) -> Markup:
    way = [picture.points[name] for name in picture.ways[edge.before, edge.after]]
    curves = [_curve(first, second, is_wide=picture.is_wide) for first, second in pairwise(way)]
    path = "M" + "L".join(curves)
    return element("path", d=path, class_=f"edge {edge.kind}", marker_end="url(#arrow)", aria_hidden="true")


def _curve(first: Point, second: Point, *, is_wide: bool) -> str:
    """Write a curve from the rim of a box, or a bend, to the next one, as what follows a move or a line."""
    half = (WIDTH if is_wide else HEIGHT) / 2
    leave = half if first.is_box else 0
    reach = half + _ARROW if second.is_box else 0
    if is_wide:
        x1, x2 = first.x + leave, second.x - reach
        middle = (x1 + x2) / 2
        return f"{x1:.1f} {first.y:.1f}C{middle:.1f} {first.y:.1f} {middle:.1f} {second.y:.1f} {x2:.1f} {second.y:.1f}"
    y1, y2 = first.y + leave, second.y - reach
    middle = (y1 + y2) / 2
    return f"{first.x:.1f} {y1:.1f}C{first.x:.1f} {middle:.1f} {second.x:.1f} {middle:.1f} {second.x:.1f} {y2:.1f}"


def _box(point: Point, job: JobEntry) -> Markup:
    left, top = point.x - WIDTH / 2, point.y - HEIGHT / 2
    name = job.id if len(job.id) <= _LONGEST_NAME else f"{job.id[: _LONGEST_NAME - 1]}…"
    said = " · ".join(filter(None, (word(job.status), took_of(job))))
    return element(
        "a",
        element("title", f"{job.id}: {word(job.status)}{': ' + job.reason if job.reason else ''}"),
        element("rect", x=left, y=top, width=WIDTH, height=HEIGHT, rx=9, class_=f"box {tone(job.status)}"),
        element("text", sign(job.status), x=left + 18, y=point.y + 6, class_=f"boxsign {tone(job.status)}"),
        element("text", name, x=left + 36, y=point.y - 3, class_="boxname"),
        element("text", said, x=left + 36, y=point.y + 14, class_="boxnote"),
        href=f"#job{job.number}",
    )
