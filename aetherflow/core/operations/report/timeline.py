"""When jobs and steps worked, as bars: each step is drawn in its job's row, the notable ones have rows of their own."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from aetherflow.core.events.wording import counted, duration
from aetherflow.core.operations.report.markup import NOTHING, Markup, element, joined
from aetherflow.core.operations.report.notable import most_notable
from aetherflow.core.operations.report.sections import section, took_of
from aetherflow.core.operations.report.status_look import sign_mark, tone, word
from aetherflow.core.operations.report.time_axis import TimeAxis, axis_of, mark_text
from aetherflow.core.operations.report.values import JobEntry, Report, Span, StepEntry

_MOST_JOBS = 120
_MOST_STEPS_OF_A_JOB = 60
_MOST_STEPS = 300
_MOST_OPEN_ROWS = 40
_LENGTH = 1000  # units of a packed row
_MOST_PIECES = 20_000  # of all packed rows together
#: Of pieces in a packed row, from 10 units; the later one covers the earlier. Nobody needs colours to see failures.
_HEIGHTS = {"good": 6, "idle": 2, "warn": 6, "busy": 8, "bad": 10}


class Piece(Struct, frozen=True):
    """A piece of a packed row, in units."""

    begin: float
    end: float


def timeline_section(report: Report) -> Markup:
    """Draw the timeline; nothing where nothing has begun."""
    axis = axis_of(report.executions)
    if not axis.stretches:
        return NOTHING
    jobs = [job for job in report.jobs if job.all_steps or job.started_at is not None]
    drawn = most_notable(jobs, _MOST_JOBS)
    rows = most_notable([step for job in drawn for step in job.all_steps], _MOST_STEPS)
    chosen = {step.number for job in drawn for step in most_notable(_own(rows, job), _MOST_STEPS_OF_A_JOB)}
    opens_all = len(drawn) + len(chosen) <= _MOST_OPEN_ROWS
    pieces = max(50, _MOST_PIECES // max(1, len(drawn)))
    drawn_numbers = {job.number for job in drawn}
    rest = [job for job in jobs if job.number not in drawn_numbers]
    bars = [_job(job, axis, chosen, opens_all=opens_all, pieces=pieces) for job in drawn]
    content = element("div", _axis(axis), *bars, _others(rest, axis, pieces), class_="rows")
    chart = element("div", content, class_="gantt", tabindex=0, role="region", aria_label="jobs and steps over time")
    return section("timeline", "Timeline", _legend(), _note(report, len(drawn), len(jobs), len(chosen)), chart)


def _own(steps: Sequence[StepEntry], job: JobEntry) -> list[StepEntry]:
    own = {step.number for step in job.all_steps}
    return [step for step in steps if step.number in own]


def _note(report: Report, drawn: int, jobs: int, chosen: int) -> Markup:
    steps = sum(len(job.all_steps) for job in report.jobs)
    said = []
    if drawn < jobs or chosen < steps:
        said.append(
            f"Rows of their own have {drawn:,} of {counted(jobs, 'job')} and {chosen:,} of {counted(steps, 'step')}: "
            "what did not go well first, then what took longest. A job's row shows all of its steps, side by side."
        )
    if len(report.executions) > 1:
        said.append("A vertical band is a time between two executions, and not to scale.")
    return element("p", " ".join(said), class_="note") if said else NOTHING


def _legend() -> Markup:
    named = (
        ("good", "SUCCESS"),
        ("bad", "FAILED"),
        ("idle", "SKIPPED"),
        ("busy", "in flight"),
        ("cut", "cut off"),
        ("wait", "wait before a retry"),
    )
    entries = [
        element(
            "li",
            element("svg", *_bar(kind, 0, 100, ""), class_="swatch", aria_hidden="true"),
            text,
        )
        for kind, text in named
    ]
    return element("ul", *entries, class_="legend")


def _axis(axis: TimeAxis) -> Markup:
    lines, texts = [], []
    for place, seconds in axis.ticks():
        anchor = "start" if place < 0.02 else "end" if place > 0.97 else "middle"
        x = _percent(place)
        lines.append(element("line", x1=x, x2=x, y1=0, y2="100%", class_="tick"))
        text = mark_text(seconds, axis.worked_seconds) if seconds else "0"
        texts.append(element("text", text, x=x, y=14, text_anchor=anchor))
    for place, seconds in axis.breaks():
        band = element("title", f"nobody worked for {duration(seconds)}")
        lines.append(element("rect", band, x=_percent(place - 0.01), width="2%", y=0, height="100%", class_="pause"))
    grid = element("svg", *lines, class_="grid", aria_hidden="true")
    row = element("svg", *texts, class_="track", aria_hidden="true")
    return joined(grid, element("div", element("span", "time worked", class_="name"), row, class_="row axis"))


def _job(job: JobEntry, axis: TimeAxis, chosen: set[int], *, opens_all: bool, pieces: int) -> Markup:
    steps = [step for step in job.all_steps if step.number in chosen]
    link = element("a", job.id, href=f"#job{job.number}")
    content = joined(
        element("span", sign_mark(job.status), " ", link, class_="name"),
        _packed([job], axis, pieces),
        element("span", took_of(job), class_="took"),
    )
    if not steps:
        return element("div", content, class_="row whole bare")
    hidden = len(job.all_steps) - len(steps)
    more = element("p", f"{counted(hidden, 'more step')} without a row of their own", class_="note") if hidden else None
    rows = element("ol", *(_step(step, job, axis) for step in steps))
    opens = opens_all or tone(job.status) in ("bad", "busy")
    return element("details", element("summary", content, class_="row whole"), rows, more, open=opens)


def _others(jobs: list[JobEntry], axis: TimeAxis, pieces: int) -> Markup:
    if not jobs:
        return NOTHING
    name = element("span", f"{len(jobs):,} other jobs", class_="name")
    return element("div", name, _packed(jobs, axis, pieces), element("span", class_="took"), class_="row whole bare")


def _step(step: StepEntry, job: JobEntry, axis: TimeAxis) -> Markup:
    name = step.place.removeprefix(job.id).removeprefix(".")
    link = element("a", name, href=f"#s{step.number}", title=step.place)
    again = f"{step.attempts}×" if step.attempts > 1 else ""
    took = "" if step.seconds is None else duration(step.seconds)
    bars = [bar for span in step.spans for bar in _span(span, axis)]
    return element(
        "li",
        element("span", sign_mark(step.status), " ", link, class_="name"),
        element("svg", *bars, class_="track", aria_hidden="true"),
        element("span", element("span", again, class_="again"), " ", took, class_="took"),
        class_="row part",
    )


def _span(span: Span, axis: TimeAxis) -> Iterator[Markup]:
    begin, end = axis.place(span.started_at), axis.place(span.finished_at)
    took = duration(span.finished_at - span.started_at)
    if span.kind == "wait":
        return _bar("wait", begin * 100, end * 100, f"waited {took} before the next attempt")
    said = f"attempt {span.attempt}: {word(span.status)} {took}{': ' + span.error if span.error else ''}"
    return _bar("cut" if span.status == "CUT OFF" else tone(span.status), begin * 100, end * 100, said)


def _bar(kind: str, begin: float, end: float, title: str) -> Iterator[Markup]:
    """Draw a bar between two places, in percent; what failed is hatched too, so that it needs no colour to be seen."""
    said = element("title", title) if title else None
    x, width = f"{begin:.3f}%", f"{max(0.2, end - begin):.3f}%"
    if kind == "wait":
        yield element("line", said, x1=x, x2=f"{end:.3f}%", y1="50%", y2="50%", class_="wait")
        return
    yield element("rect", said, x=x, width=width, y="15%", height="70%", rx=2, class_=f"b {kind}")
    if kind == "bad":
        yield element("rect", x=x, width=width, y="15%", height="70%", rx=2, class_="hatch")


def _packed(jobs: Sequence[JobEntry], axis: TimeAxis, pieces: int) -> Markup:
    """Draw all steps of jobs in one row, a path for each tone."""
    spans: dict[str, list[Piece]] = {}
    for job in jobs:
        for step in job.all_steps:
            for span in step.spans:
                if span.kind == "attempt":
                    begin, end = axis.place(span.started_at) * _LENGTH, axis.place(span.finished_at) * _LENGTH
                    spans.setdefault(tone(span.status), []).append(Piece(begin, end))
    marks = [] if spans else [_gate(job, axis) for job in jobs]
    paths = [
        element("path", d=_path(_merged(spans[name], _LENGTH / pieces), _HEIGHTS[name]), class_=f"b {name}")
        for name in _HEIGHTS
        if name in spans
    ]
    box = f"0 0 {_LENGTH} 10"
    return element("svg", *paths, *marks, viewBox=box, preserveAspectRatio="none", class_="track", aria_hidden="true")


def _gate(job: JobEntry, axis: TimeAxis) -> Markup:
    place = axis.place(job.started_at or 0.0) * _LENGTH
    return element("path", d=f"M{place:.1f} 1v8", class_=f"gate {tone(job.status)}")


def _merged(pieces: Iterable[Piece], narrow: float) -> Iterator[Piece]:
    """Join pieces that are too narrow to be told apart."""
    begin = end = -1.0
    for piece in sorted(pieces, key=lambda piece: piece.begin):
        if (
            begin >= 0
            and piece.begin - end < narrow
            and (piece.end - begin < narrow or piece.end - piece.begin < narrow)
        ):
            end = max(end, piece.end)
            continue
        if begin >= 0:
            yield Piece(begin, end)
        begin, end = piece.begin, piece.end
    if begin >= 0:
        yield Piece(begin, end)


def _path(pieces: Iterable[Piece], height: int) -> str:
    parts = []
    for piece in pieces:
        width = max(1.0, piece.end - piece.begin - 0.8)  # a little less, so that neighbours stay apart
        parts.append(f"M{piece.begin:.1f} {5 - height // 2}h{width:.1f}v{height}h-{width:.1f}z")
    return "".join(parts)


def _percent(place: float) -> str:
    return f"{place * 100:.2f}%"
