"""Gathers the report of a run from its records and its events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.wording import duration, iso_utc, place_of
from aetherflow.core.operations.report.child_output import MOST_BYTES, ChildOutput, child_output
from aetherflow.core.operations.report.entries import Sources, job_entries, kept
from aetherflow.core.operations.report.journal_reading import JournalReading, Rows
from aetherflow.core.operations.report.series import metric_of
from aetherflow.core.operations.report.texts import Texts, longest_for
from aetherflow.core.operations.report.values import Edge, Pair, Report, Table
from aetherflow.core.operations.show_run import JobDetails, RunDetails

_MOST_CHARTS = 40


def gathered(details: RunDetails, events: Iterable[Event], *, mask: Callable[[str], str], now: float) -> Report:
    """Give the report of a run; ``events`` are all of its events in order."""
    jobs = (*details.jobs, *details.handlers)
    steps = sum(map(_step_count, jobs))
    texts = Texts(mask, longest_for(steps + sum(len(job.items or ()) for job in jobs)))
    journal = JournalReading(steps)
    journal.read(events, live_until=now if details.run.is_live else None)
    output = child_output(details.log, journal.most_lines)
    metrics = list(journal.metrics.metrics.items())
    return Report(
        run=details.run,
        made_at=now,
        facts=tuple(Pair(name, texts.text(text)) for name, text in _facts(details, output)),
        params=texts.pairs(details.params),
        error=texts.text(details.error),
        provenance=details.provenance,
        executions=tuple(journal.executions),
        jobs=job_entries(Sources(details, journal, output, texts)),
        edges=tuple(_edges(journal)),
        has_edges=journal.order is not None,
        metrics=tuple(metric_of(name, story, texts) for name, story in metrics[:_MOST_CHARTS]),
        metrics_left_out=len(journal.metrics.left_out) + max(0, len(metrics) - _MOST_CHARTS),
        progress=tuple(metric_of(name, story, texts) for name, story in journal.metrics.progresses.items()),
        gates=_gates(journal.gates, texts),
        patches=_patches(journal.patches, texts),
        locks=_locks(journal.locks, texts),
        messages=kept(texts, journal.messages),
    )


def _step_count(job: JobDetails) -> int:
    return len(job.steps) + sum(len(item.steps) for item in job.items or ())


def _facts(details: RunDetails, output: ChildOutput) -> Iterator[tuple[str, str]]:
    yield "flow file", details.flow_source
    yield "flow digest", details.flow_digest
    if details.workflow:
        yield "workflow", details.workflow
    if details.run_key is not None:
        yield "run key", details.run_key
    yield "process", f"{details.pid} on {details.host}" + ("" if details.run.is_live else ", ended")
    if details.log:
        cut = f" (what children printed is from its last {MOST_BYTES // 1024**2} MiB)" if output.is_cut else ""
        yield "log", f"{details.log}{cut}"
    if details.provenance.mode:
        yield "mode", details.provenance.mode
    if details.provenance.manifest:
        yield "manifest", f"{details.provenance.manifest} {details.provenance.manifest_digest or ''}"
    if bundle := details.provenance.bundle:
        yield "bundle", f"{bundle.id} {bundle.revision} of {bundle.source}"
        yield "bundle digest", bundle.digest


def _edges(journal: JournalReading) -> Iterator[Edge]:
    for after, others in (journal.order or {}).items():
        for before, kind in others.items():
            yield Edge(before, after, kind)


def _gates(rows: Rows, texts: Texts) -> Table:
    made = [
        (
            iso_utc(event.timestamp),
            place_of(event),
            texts.line(event.payload.get("status")),
            texts.line(event.payload.get("reason")),
        )
        for event in rows.kept
    ]
    return Table(("time (UTC)", "job", "became", "because"), tuple(made), rows.left_out)


def _patches(rows: Rows, texts: Texts) -> Table:
    made = [
        (
            iso_utc(event.timestamp),
            place_of(event) or "the run",
            texts.line(event.payload.get("plugin")),
            texts.line(event.payload.get("hook")),
            texts.line("{function} ({file}:{line})".format_map(defaultdict(str, event.payload))),
            "\n".join(_changes(event.payload, texts)),
        )
        for event in rows.kept
    ]
    return Table(("time (UTC)", "where", "plugin", "hook", "function", "what it changed"), tuple(made), rows.left_out)


def _changes(facts: dict[str, Any], texts: Texts) -> Iterator[str]:
    """Write each value that a hook changed, as it was and as it is."""
    for path in facts.get("changed") or ():
        before, after = (_value_at(facts.get(side) or {}, path, texts) for side in ("before", "after"))
        yield f"{texts.line(path)}: {before} → {after}"
    if facts.get("left_out"):
        yield f"and {texts.line(facts['left_out'])} more"


def _value_at(values: Mapping[str, Any], path: str, texts: Texts) -> str:
    return texts.value(values[path]) if path in values else "(not there)"


def _locks(rows: Rows, texts: Texts) -> Table:
    made = [
        (
            iso_utc(event.timestamp),
            texts.line(event.payload.get("key")),
            "acquired" if event.type is EventType.LOCK_ACQUIRED else "released",
            str(event.payload.get("fencing_token", "")),
            place_of(event) or "the run",
            _lock_note(event.payload, texts),
        )
        for event in rows.kept
    ]
    return Table(("time (UTC)", "lock", "was", "token", "by", "note"), tuple(made), rows.left_out)


def _lock_note(facts: dict[str, Any], texts: Texts) -> str:
    waited = facts.get("waited_seconds") or 0.0
    notes = [f"waited {duration(waited)}"] if waited >= 0.1 else []
    if facts.get("lost"):
        notes.append("it had been taken away")
    if facts.get("taken_over_from"):
        notes.append(f"taken over from {texts.value(facts['taken_over_from'])}")
    return "; ".join(notes)
