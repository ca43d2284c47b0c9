"""Locks that are held, as text."""

from collections.abc import Sequence

from aetherflow.cli.console import Look
from aetherflow.cli.render.tables import render_table
from aetherflow.core.events.segments import Line, Segment, harmless
from aetherflow.core.events.wording import utc_to_the_second
from aetherflow.core.operations.locks import LockView

_HEAD = ("KEY", "HOLDER", "RUN", "PROCESS", "SINCE (UTC)", "TOKEN", "")


def locks_text(locks: Sequence[LockView], look: Look) -> str:
    """Write a table of locks; a word where there is none."""
    if not locks:
        return "nobody holds a lock\n"
    rows = [[Segment(name, "dim") for name in _HEAD], *map(_row, locks)]
    return render_table(rows, colour=look.has_colour, indent="")


def _row(lock: LockView) -> Line:
    place = ".".join(filter(None, (lock.flow_id, lock.job_id, lock.step_id)))
    item = "" if lock.item is None else f"[{lock.item}]"
    return [
        Segment(harmless(lock.key), "name"),
        Segment(harmless(f"{place}{item}")),
        Segment(harmless(lock.run_id)),
        Segment(harmless(f"{lock.pid} on {lock.host}")),
        Segment(utc_to_the_second(lock.acquired_at)),
        Segment(str(lock.fencing_token)),
        Segment("", "dim") if lock.is_live else Segment("dead", "warn"),
    ]
