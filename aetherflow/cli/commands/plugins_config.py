"""`aetherflow plugins config`: what a plugin is given, and what of it is said on this machine."""

from typing import ClassVar

import typer

from aetherflow.cli.lazy_group import LazyGroup, Stub


class ConfigGroup(LazyGroup):
    """What can be done with the config of a plugin."""

    table: ClassVar = {
        "get": Stub("aetherflow.cli.commands.plugins_config_get", "Show what a plugin is given, and who says so."),
        "set": Stub("aetherflow.cli.commands.plugins_config_set", "Set values of a plugin's config on this machine."),
        "unset": Stub(
            "aetherflow.cli.commands.plugins_config_unset", "Take values away that were set on this machine."
        ),
    }


app = typer.Typer(cls=ConfigGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def config() -> None:
    """See and set what a plugin is given on this machine."""
