"""`aetherflow locks release KEY`: let go of a lock for its holder."""

import os
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import NoColorOption, StateOption, open_console
from aetherflow.core.events.segments import harmless
from aetherflow.core.operations.locks import release_lock

EXAMPLES = """\b
Examples:
  # of a holder that is dead
  aetherflow locks release warehouse
  # of one that lives: its step fails once it notices
  aetherflow locks release warehouse --force"""

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="The lock's key, as `locks list` shows it.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Take the lock away from a holder that lives, too.")]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("release", cls=Command, epilog=EXAMPLES)
def locks_release(
    ctx: typer.Context,
    key: KeyArgument,
    force: ForceOption = False,
    state: StateOption = None,
    no_color: NoColorOption = False,
) -> int:
    """Let go of a lock whose holder cannot.

    What a dead holder left running on this host is ended first. Where the holder lives, or is of another host and
    may live, nothing is done and the exit code is 4, unless --force is given.
    """
    console = open_console(ctx, no_color=no_color)
    released = release_lock(key, os.environ, force=force, state_file=state)
    console.note(harmless(f'released lock "{key}" of {released.holder}') + "\n")
    return 0
