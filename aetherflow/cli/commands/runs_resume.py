"""`aetherflow runs resume RUN`: continue a run, which knows its flow."""

import os
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    AllowStaleFlowOption,
    AllowStaleOption,
    DebugPluginsOption,
    FormatOption,
    JsonOption,
    NoColorOption,
    QuietOption,
    RunArgument,
    StateOption,
    StrictEnvOption,
    VerboseOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.diagnostics import refuse
from aetherflow.cli.shown_run import show_run
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.operations.resume_run import resume_request

EXAMPLES = """\b
Examples:
  # from any folder, by the beginning of the id
  aetherflow runs resume 20260131-06
  # a step that may happen once was in flight, and is known to have happened
  aetherflow runs resume nightly --assume-done load.insert"""

AcceptChangesOption = Annotated[
    bool, typer.Option("--accept-changes", help="Go on although finished steps were changed since.")
]
RedoOption = Annotated[
    list[str] | None,
    typer.Option("--redo", metavar="JOB.STEP", help="Run this step again, whatever is recorded; may be repeated."),
]
AssumeDoneOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume-done",
        metavar="JOB.STEP",
        help="Go on as if this step, in flight when the run died, had succeeded; may be repeated.",
    ),
]
FailFastOption = Annotated[bool, typer.Option("--fail-fast", help="Start nothing more after a failure.")]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("resume", cls=Command, epilog=EXAMPLES)
def runs_resume(
    ctx: typer.Context,
    run: RunArgument,
    accept_changes: AcceptChangesOption = False,
    redo: RedoOption = None,
    assume_done: AssumeDoneOption = None,
    fail_fast: FailFastOption = False,
    strict_env: StrictEnvOption = False,
    allow_stale_bundle: AllowStaleOption = False,
    allow_stale: AllowStaleFlowOption = False,
    debug_plugins: DebugPluginsOption = False,
    state: StateOption = None,
    form: FormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Continue a run: the same as `run FLOW --resume RUN`, but the run knows its flow, its workflow and its jobs.

    Steps that succeeded are not run again. The exit codes are those of `run`.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet, verbose=verbose)
    flow = ""
    try:
        request = resume_request(
            os.environ,
            run,
            state_file=state,
            accept_changes=accept_changes,
            redo=tuple(redo or ()),
            assume_done=tuple(assume_done or ()),
            fail_fast=fail_fast,
            strict_env=strict_env,
            allow_stale_bundle=allow_stale_bundle,
            allow_stale=allow_stale,
            logs_debug=verbose,
            debug_plugins=debug_plugins,
        )
        flow = request.flow
        return show_run(request, console, chosen)
    except AetherFlowError as error:
        return refuse(error, console, chosen, flow)
