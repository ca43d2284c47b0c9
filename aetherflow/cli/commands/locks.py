"""`aetherflow locks`: who holds what, and letting go of it."""

from typing import ClassVar

import typer

from aetherflow.cli.lazy_group import LazyGroup, Stub


class LocksGroup(LazyGroup):
    """What can be done with locks."""

    table: ClassVar = {
        "list": Stub("aetherflow.cli.commands.locks_list", "List the locks that are held, and by whom."),
        "release": Stub("aetherflow.cli.commands.locks_release", "Let go of a lock for its holder."),
    }


app = typer.Typer(cls=LocksGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def locks() -> None:
    """See who holds a lock, and let go of one."""
