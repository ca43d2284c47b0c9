"""`depends_on`, and the cycles that it and mentions of jobs make."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.cycles import cycles_in
from aetherflow.core.validation.flow_index import FlowIndex, is_written
from aetherflow.core.validation.order import edges_of_uses, predecessors
from aetherflow.core.validation.pointing import at_part, at_value
from aetherflow.core.validation.uses import Use

_LONGEST_SHOWN = 10  # jobs; of a longer cycle the middle is left out


def dependency_findings(flow: LoadedFlow, index: FlowIndex, uses: Iterable[Use]) -> Iterator[Diagnostic]:
    """Find dependencies that cannot be met, and every cycle."""
    for place, job in enumerate(flow.definition.jobs):
        seen: set[str] = set()
        for number, name in enumerate(job.depends_on):
            finding = _dependency_finding(job.id, name, name in seen, index) if is_written(name) else None
            seen.add(name)
            if finding:
                yield at_value(flow, ("jobs", place, "depends_on", number), finding)
    yield from _cycle_findings(flow, index, list(uses))


def _dependency_finding(job_id: str, name: str, is_repeated: bool, index: FlowIndex) -> Diagnostic | None:
    if name == job_id:
        return Diagnostic(
            code="AF-F111",
            message=f'job "{job_id}" depends on itself: {job_id} -> {job_id}',
            hint="remove it: a job cannot wait for its own end",
        )
    if name not in index.jobs:
        return Diagnostic(
            code="AF-F112",
            message=f'job "{job_id}" depends on "{name}", which is no job of this flow',
            label=did_you_mean(name, (other for other in index.jobs if other != job_id)),
            hint=_known_jobs(job_id, index),
        )
    if is_repeated:
        return Diagnostic(
            code="AF-F113",
            severity=Severity.WARNING,
            message=f'job "{job_id}" depends on "{name}" twice',
            hint="remove one of the two",
        )
    return None


def _known_jobs(job_id: str, index: FlowIndex) -> str:
    others = [other for other in index.jobs if other != job_id]
    shown = ", ".join(others[:_LONGEST_SHOWN]) + (", …" if len(others) > _LONGEST_SHOWN else "")
    return f"the other jobs are: {shown}" if others else "the flow has no other job"


def _cycle_findings(flow: LoadedFlow, index: FlowIndex, uses: list[Use]) -> Iterator[Diagnostic]:
    edges = edges_of_uses(index, uses)
    for cycle in cycles_in(predecessors(index, edges)):
        yield _cycle_finding(flow, index, cycle, _mentions(cycle, edges, uses))


def _mentions(cycle: list[str], edges: Mapping[str, frozenset[str]], uses: list[Use]) -> dict[tuple[str, str], Use]:
    """Give, for every edge of a cycle that `depends_on` does not name, the first use that makes it."""
    steps = list(pairwise(cycle))
    wanted = {(name, other) for name, other in steps if other in edges.get(name, ())}
    found: dict[tuple[str, str], Use] = {}
    for use in uses if wanted else ():
        for reference in use.references:
            edge = (use.where.job_id or "", reference.path[1] if len(reference.path) > 1 else "")
            if reference.path[0] == "jobs" and edge in wanted:
                found.setdefault(edge, use)
    return found


def _cycle_finding(
    flow: LoadedFlow, index: FlowIndex, cycle: list[str], mentions: dict[tuple[str, str], Use]
) -> Diagnostic:
    edges = list(pairwise(cycle))
    finding = Diagnostic(
        code="AF-F114",
        message=f"jobs wait for each other: {shown_cycle(cycle)}",
        label=f'"{cycle[0]}" needs "{cycle[1]}" first',
        hint=_way_out(mentions),
        notes=tuple(_told(edge, mentions[edge], flow) for edge in edges[:_LONGEST_SHOWN] if edge in mentions),
    )
    if edges[0] in mentions:
        return _at_mention(flow, mentions[edges[0]], cycle[1], finding)
    return at_value(flow, _path_of_dependency(index, *edges[0]), finding)


def shown_cycle(cycle: list[str]) -> str:
    """Write a cycle; of a very long one its two ends and how many jobs stand between them."""
    if len(cycle) - 1 <= _LONGEST_SHOWN:
        return " -> ".join(cycle)
    half = _LONGEST_SHOWN // 2
    left_out = len(cycle) - 2 * half
    return " -> ".join([*cycle[:half], f"… {left_out} more …", *cycle[-half:]])


def _way_out(mentions: Mapping[tuple[str, str], Use]) -> str:
    if mentions:
        return (
            "a job that is named in a `when` or a template runs first, as one in `depends_on` does; remove one of these"
        )
    return "remove one of these dependencies"


def _told(edge: tuple[str, str], use: Use, flow: LoadedFlow) -> str:
    place = render_path(flow.absolute(use.path))
    return f'"{edge[0]}" does not depend on "{edge[1]}", but names it in {place}'


def _at_mention(flow: LoadedFlow, use: Use, job_id: str, finding: Diagnostic) -> Diagnostic:
    for reference in use.references:
        if reference.path[:2] == ("jobs", job_id):
            return at_part(flow, use.path, use.text, reference.start, reference.end, finding)
    return at_value(flow, use.path, finding)


def _path_of_dependency(index: FlowIndex, name: str, other: str) -> DocumentPath:
    return ("jobs", index.jobs[name], "depends_on", index.job(name).depends_on.index(other))
