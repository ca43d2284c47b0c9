"""`runs report`: a run as one HTML page."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from aetherflow.core.operations.report.gathering import gathered
from aetherflow.core.operations.report.page import page
from aetherflow.core.operations.run_lookup import RunView
from aetherflow.core.operations.show_run import known_secrets, run_events, show_run


class RunPage(Struct, frozen=True):
    """A run, and the page about it."""

    run: RunView
    html: str


def report_run(environ: Mapping[str, str], name: str, *, now: float, state_file: Path | None = None) -> RunPage:
    """Write the page of the run of this name, as it is ``now``; raises InputError where there is none, or several."""
    details = show_run(environ, name, state_file=state_file)
    events = run_events(environ, details.run.name, state_file=state_file)
    mask = known_secrets(environ).mask_text
    return RunPage(details.run, page(gathered(details, events, mask=mask, now=now)))
