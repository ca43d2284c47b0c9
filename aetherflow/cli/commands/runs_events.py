"""`aetherflow runs events RUN`: what happened in a run, or happens now."""

import os
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    JsonOption,
    NoColorOption,
    ResultFormatOption,
    RunArgument,
    StateOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.diagnostics import refuse
from aetherflow.cli.render.json_text import json_line
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.contracts.event import EventType
from aetherflow.core.events.log_lines import LogLines
from aetherflow.core.operations.show_run import run_events

EXAMPLES = """\b
Examples:
  # watch a run that another process runs
  aetherflow runs events 20260131-06 --follow
  # only how its steps ended
  aetherflow runs events 20260131-06 --type step_finished
  # for a program: an object a line
  aetherflow runs events nightly --json | jq -r .type"""

FollowOption = Annotated[bool, typer.Option("--follow", "-f", help="Wait for more until the run is over.")]
TypeOption = Annotated[
    list[EventType] | None,
    typer.Option("--type", metavar="TYPE", help="Only events of this type, such as step_finished; may be repeated."),
]
AfterOption = Annotated[
    int, typer.Option("--after", metavar="N", min=0, help="Only events with a number above this one.")
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("events", cls=Command, epilog=EXAMPLES)
def runs_events(
    ctx: typer.Context,
    run: RunArgument,
    follow: FollowOption = False,
    kinds: TypeOption = None,
    after: AfterOption = 0,
    state: StateOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Tell what happened in a run, in order: a line an event with its time in UTC, or with --json an object a line.

    Lines that children print are not events: they stand in the run's log.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    told = LogLines(tells_debug=True)
    wanted = frozenset(kinds or EventType)
    try:
        for event in run_events(os.environ, run, follow=follow, after=after, state_file=state):
            if event.type in wanted:
                line = json_line(event).decode() if chosen == "json" else told.text(event)
                console.result(line)
            if console.streams.reader_is_gone:
                break
    except AetherFlowError as error:
        return refuse(error, console, chosen, None)
    return 0
