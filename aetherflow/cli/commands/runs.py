"""`aetherflow runs`: what ran, how it went, and what is to become of it."""

from typing import ClassVar

import typer

from aetherflow.cli.lazy_group import LazyGroup, Stub


class RunsGroup(LazyGroup):
    """What can be done with recorded runs."""

    table: ClassVar = {
        "list": Stub("aetherflow.cli.commands.runs_list", "List the runs that are recorded, newest first."),
        "show": Stub("aetherflow.cli.commands.runs_show", "Show all that is recorded of a run."),
        "events": Stub("aetherflow.cli.commands.runs_events", "Tell what happened in a run, or happens now."),
        "report": Stub("aetherflow.cli.commands.runs_report", "Write a page about a run: one HTML file."),
        "resume": Stub("aetherflow.cli.commands.runs_resume", "Continue a run; it knows its flow."),
        "prune": Stub("aetherflow.cli.commands.runs_prune", "Remove old runs with their files; first a dry run."),
    }


app = typer.Typer(cls=RunsGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def runs() -> None:
    """Look into the runs that are recorded, continue them, and remove those that are old."""
