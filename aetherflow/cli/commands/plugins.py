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
        "enable": Stub("aetherflow.cli.commands.plugins_enable", "Switch a plugin on again on this machine."),
        "disable": Stub("aetherflow.cli.commands.plugins_disable", "Switch a plugin off on this machine."),
        "config": Stub("aetherflow.cli.commands.plugins_config", "See and set what a plugin is given on this machine."),
        "sync": Stub("aetherflow.cli.commands.plugins_sync", "Write the lock of plugins, or compare them with it."),
    }


app = typer.Typer(cls=PluginsGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def plugins() -> None:
    """See what flows can use, and where it comes from."""
