"""`aetherflow locks list`: the locks that are held, and by whom."""

import os

import msgspec
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
from aetherflow.cli.render.locks import locks_text
from aetherflow.core.operations.locks import list_locks

EXAMPLES = """\b
Examples:
  # who is in the way
  aetherflow locks list
  # the locks of flows that keep a state of their own
  aetherflow locks list --state state/orders.db
  # the keys whose holders are dead
  aetherflow locks list --json | jq -r '.[] | select(.is_live | not).key'"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("list", cls=Command, epilog=EXAMPLES)
def locks_list(
    ctx: typer.Context,
    state: StateOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """List the locks that are held: by which run and step, in which process, since when, and whether it lives.

    A lock whose holder is dead is in nobody's way: who asks for it next takes it over.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    locks = list_locks(os.environ, state_file=state)
    if chosen == "json":
        console.result_json(msgspec.to_builtins(locks))
    else:
        console.result(locks_text(locks, console.out))
    return 0
