"""`aetherflow runs show RUN`: all that is recorded of a run."""

import os

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    JsonOption,
    NoColorOption,
    ResultFormatOption,
    RunArgument,
    StateOption,
    VerboseOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.run_details import details_json, details_text
from aetherflow.core.operations.show_run import show_run

EXAMPLES = """\b
Examples:
  # the beginning of the id is enough
  aetherflow runs show 20260131-06
  # with digests of steps and plugins
  aetherflow runs show 20260131-06 --verbose
  # for a program
  aetherflow runs show nightly --json | jq .jobs.load.outputs"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("show", cls=Command, epilog=EXAMPLES)
def runs_show(
    ctx: typer.Context,
    run: RunArgument,
    state: StateOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Show all that is recorded of a run: its flow and params, its jobs and steps with their outputs and errors.

    Secrets are shown as ***. A step without a status is in flight, or was when the run's process died.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, verbose=verbose)
    details = show_run(os.environ, run, state_file=state)
    if chosen == "json":
        console.result_json(details_json(details))
    else:
        console.result(details_text(details, console.out, is_verbose=verbose))
    return 0
