"""A bundle on this machine, fetched, shown or verified, as text and as JSON."""

from collections.abc import Iterator
from typing import Any

from aetherflow.cli.console import Look
from aetherflow.cli.render.diagnostics import findings_text, masked
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.tables import render_table
from aetherflow.core.bundles.ages import age_in_words
from aetherflow.core.events.segments import Segment, harmless
from aetherflow.core.events.wording import counted, iso_utc, utc_to_the_second
from aetherflow.core.operations.bundle_report import BundleReport


def sync_text(report: BundleReport, look: Look, *, fetched: bool) -> str:
    """Say what came of it, and what is active now."""
    said = "fetched" if fetched else "stale" if report.is_stale else "up to date"
    verdict = paint(said, "warn" if report.is_stale else "good", colour=look.has_colour)
    facts = {"revision": report.revision, "digest": report.digest, "root": report.root}
    return f"{_name(report)}: {verdict} ({counted(report.file_count, 'file')})\n{_table(facts, look)}"


def status_text(report: BundleReport, look: Look) -> str:
    """Show what is on record, a line each."""
    return f"{_name(report)} ({counted(report.file_count, 'file')})\n{_table(dict(_facts(report)), look)}"


def verify_text(report: BundleReport, look: Look) -> str:
    """Show every difference, or say that there is none."""
    if report.findings:
        return findings_text(report.findings, report.sources, report.mask, look)
    verdict = paint("ok", "good", colour=look.has_colour)
    return f"{_name(report)}: {verdict} ({counted(report.file_count, 'file')}, {report.digest})\n"


def sync_json(report: BundleReport, *, fetched: bool) -> dict[str, Any]:
    """Give the JSON form of a sync: what is active now, and whether it was fetched just now."""
    return {
        **status_json(report),
        "fetched": fetched,
        "is_stale": report.is_stale,
        "stale_reason": report.stale_reason,
        "diagnostics": _findings_json(report),
    }


def status_json(report: BundleReport) -> dict[str, Any]:
    """Give what is on record."""
    return {
        "id": report.id,
        "type": report.type,
        "source": report.source,
        "revision": report.revision,
        "detail": dict(report.detail),
        "digest": report.digest,
        "local_root": report.root,
        "files": report.file_count,
        "fetched_at": iso_utc(report.fetched_at),
        "current_at": iso_utc(report.current_at),
        "age_seconds": round(report.age_seconds, 3),
    }


def verify_json(report: BundleReport) -> dict[str, Any]:
    """Give the differences, and what was compared."""
    return {"ok": not report.findings, **status_json(report), "diagnostics": _findings_json(report)}


def _facts(report: BundleReport) -> Iterator[tuple[str, str]]:
    yield "source", f"{report.type} {report.source}"
    yield "revision", report.revision
    yield from (
        (name.replace("_", " "), value)
        for name, value in report.detail.items()
        if name != "files"  # which the title has
    )
    yield "digest", report.digest
    yield "fetched", f"{utc_to_the_second(report.fetched_at)} UTC"
    yield "current", f"{utc_to_the_second(report.current_at)} UTC, {age_in_words(report.age_seconds)} ago"
    yield "root", report.root
    yield "verified", "no: `aetherflow bundle verify` hashes every file"


def _table(facts: dict[str, str], look: Look) -> str:
    rows = [[Segment(harmless(name), "dim"), Segment(harmless(value))] for name, value in facts.items()]
    return render_table(rows, colour=look.has_colour)


def _findings_json(report: BundleReport) -> list[dict[str, Any]]:
    from aetherflow.core.diagnostics.forms import to_json  # deferred: text output does without

    return [to_json(masked(finding, report.mask)) for finding in report.findings]


def _name(report: BundleReport) -> str:
    return harmless(report.id)
