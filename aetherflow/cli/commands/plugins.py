"""`aetherflow plugins`: what flows can use, and where it comes from."""

from typing import ClassVar

import typer

from aetherflow.cli.lazy_group import LazyGroup, Stub


class PluginsGroup(LazyGroup):
    """What can be done with plugins."""

    table: ClassVar = {
        "list": Stub("aetherflow.cli.commands.plugins_list", "List plugins, what they register, and their trust."),
        "why": Stub("aetherflow.cli.commands.plugins_why", "Tell of one name: whose it is, and why it may load."),
        "doctor": Stub("aetherflow.cli.commands.plugins_doctor", "Find what is wrong with plugins, and what to do."),
        "sync": Stub("aetherflow.cli.commands.plugins_sync", "Write the lock of plugins, or compare them with it."),
    }


app = typer.Typer(cls=PluginsGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def plugins() -> None:
    """See what flows can use, and where it comes from."""
