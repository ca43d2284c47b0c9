"""`aetherflow runs list`: the runs that are recorded, newest first."""

import os
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    JsonOption,
    NoColorOption,
    ResultFormatOption,
    StateOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.runs import runs_json, runs_text
from aetherflow.cli.times import moment
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.run_lookup import RunFilter, list_runs

#: More than that is a program's wish.
MOST_SHOWN = 50

EXAMPLES = """\b
Examples:
  # what ran last
  aetherflow runs list --limit 10
  # what failed this week
  aetherflow runs list --status failed --since 7d
  # for a program
  aetherflow runs list --flow daily --json | jq -r '.[0].run_id'"""

FlowIdOption = Annotated[str | None, typer.Option("--flow", metavar="ID", help="Only runs of this flow id.")]
StatusOption = Annotated[
    list[RunStatus] | None,
    typer.Option(
        "--status",
        metavar="STATUS",
        case_sensitive=False,
        help="Only runs that are running, success, failed or interrupted; may be repeated.",
    ),
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Only runs begun since then: 2026-01-31, or 7d ago.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Only runs begun before then, in the same forms.")
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=1, help=f"So many at most; else {MOST_SHOWN}, and all as JSON."),
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("list", cls=Command, epilog=EXAMPLES)
def runs_list(
    ctx: typer.Context,
    flow: FlowIdOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    state: StateOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """List the runs that are recorded, newest first, with how they ended and how long they took.

    A run whose process died is INTERRUPTED, whatever it had recorded.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    wanted = RunFilter(
        flow_id=flow,
        statuses=frozenset(status or ()),
        since=moment(ctx, "--since", since) if since is not None else None,
        until=moment(ctx, "--until", until) if until is not None else None,
    )
    found = list_runs(os.environ, wanted, state_file=state)
    shown = found[: limit or (len(found) if chosen == "json" else MOST_SHOWN)]
    if chosen == "json":
        console.result_json(runs_json(shown))
    else:
        console.result(runs_text(shown, console.out))
        if limit is None and len(shown) < len(found):
            console.note(f"and {counted(len(found) - len(shown), 'more run')}: --limit {len(found)} shows all\n")
    return 0
