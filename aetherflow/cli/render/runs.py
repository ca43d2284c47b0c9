"""Recorded runs as a table and as JSON, and what becomes of them in a prune."""

from collections.abc import Sequence
from typing import Any

from aetherflow.cli.console import Look
from aetherflow.cli.render.tables import render_table
from aetherflow.core.events.segments import Line, Segment, harmless
from aetherflow.core.events.wording import UNICODE_SIGNS, counted, duration, iso_utc, sign_of, utc_to_the_second
from aetherflow.core.operations.prune_runs import PrunedRun, PruneReport
from aetherflow.core.operations.run_lookup import RunView

_HEAD = ("RUN", "FLOW", "STATUS", "STARTED (UTC)", "TOOK")


def runs_json(runs: Sequence[RunView]) -> list[dict[str, Any]]:
    """Give the form of `runs list --json`."""
    return [run_json(run) for run in runs]


def run_json(run: RunView) -> dict[str, Any]:
    """Give the facts by which every form for programs names a run."""
    return {
        "run_id": run.run_id,
        "flow_id": run.flow_id,
        "status": run.status,
        "started_at": iso_utc(run.started_at),
        "finished_at": None if run.finished_at is None else iso_utc(run.finished_at),
    }


def runs_text(runs: Sequence[RunView], look: Look) -> str:
    """Write a table of runs; a word where there is none."""
    if not runs:
        return "no run is recorded\n"
    rows = [[Segment(name, "dim") for name in _HEAD], *map(_row, runs)]
    return render_table(rows, colour=look.has_colour, indent="")


def prune_json(report: PruneReport) -> dict[str, Any]:
    """Give the form of `runs prune --json`."""
    return {
        "is_dry_run": report.is_dry_run,
        "runs": [
            run_json(found.run) | {"folders": found.folders, "left_because": found.left_because}
            for found in report.runs
        ],
    }


def prune_text(report: PruneReport, look: Look, *, is_verbose: bool) -> str:
    """Write what went, or would go, and how much that is; what was left is said elsewhere."""
    gone = [found for found in report.runs if not found.left_because]
    if not gone:
        return "no run is to go\n" if report.is_dry_run else "no run was removed\n"
    folders = [f"  {folder}\n" for found in gone for folder in found.folders] if is_verbose else []
    amount = f"{counted(len(gone), 'run')} with {counted(_folder_count(gone), 'folder')}"
    verdict = f"{amount} would go: --yes removes them\n" if report.is_dry_run else f"{amount} removed\n"
    return runs_text([found.run for found in gone], look) + harmless("".join(folders)) + verdict


def _folder_count(runs: Sequence[PrunedRun]) -> int:
    return sum(len(found.folders) for found in runs)


def _row(run: RunView) -> Line:
    took = "" if run.finished_at is None else duration(run.finished_at - run.started_at)
    return [
        Segment(harmless(run.run_id), "name"),
        Segment(harmless(run.flow_id)),
        Segment(run.status.value, "plain" if run.is_live else sign_of(run.status, UNICODE_SIGNS)[1]),
        Segment(utc_to_the_second(run.started_at)),
        Segment(took, "dim"),
    ]
