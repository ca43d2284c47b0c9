"""`aetherflow runs prune`: remove old runs with their files; without --yes only say which."""

import os
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.commands.runs_list import FlowIdOption, StatusOption
from aetherflow.cli.options import (
    JsonOption,
    NoColorOption,
    ResultFormatOption,
    StateOption,
    VerboseOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.diagnostics import message_text
from aetherflow.cli.render.runs import prune_json, prune_text
from aetherflow.cli.times import age_seconds
from aetherflow.cli.usage_errors import EXIT_USAGE
from aetherflow.core.operations.prune_runs import PruneRule, prune_runs

EXAMPLES = """\b
Examples:
  # what would go
  aetherflow runs prune --older-than 30d --keep 10
  # let it go
  aetherflow runs prune --older-than 30d --keep 10 --yes
  # of one flow, only what succeeded
  aetherflow runs prune --older-than 1w --flow daily --status success"""

OlderThanOption = Annotated[
    str | None,
    typer.Option("--older-than", metavar="AGE", help="Remove runs at rest for longer: 12h, 30d, 6w."),
]
KeepOption = Annotated[
    int | None, typer.Option("--keep", metavar="N", min=0, help="Leave the newest N runs of each flow, however old.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Remove them; without it nothing is touched.")]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("prune", cls=Command, epilog=EXAMPLES)
def runs_prune(
    ctx: typer.Context,
    older_than: OlderThanOption = None,
    keep: KeepOption = None,
    flow: FlowIdOption = None,
    status: StatusOption = None,
    yes: YesOption = False,
    state: StateOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Remove old runs: their records, logs and artifacts. Without --yes it only says which would go.

    A run that is alive is never touched, nor anything outside the runs' own folders. What was pruned cannot be resumed.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, verbose=verbose)
    rule = PruneRule(
        older_than_seconds=age_seconds(ctx, "--older-than", older_than) if older_than is not None else None,
        keep=keep,
        statuses=frozenset(status or ()),
        flow_id=flow,
    )
    report = prune_runs(os.environ, rule, dry_run=not yes, state_file=state)
    if chosen == "json":
        console.result_json(prune_json(report))
    else:
        console.result(prune_text(report, console.out, is_verbose=verbose))
    left = [found for found in report.runs if found.left_because]
    for found in left:
        console.note(message_text(f"run {found.run.name} was left: {found.left_because}", [], console.err))
    return EXIT_USAGE if left else 0
