"""`aetherflow dev`: what authors of plugins need while they write."""

from typing import ClassVar

import typer

from aetherflow.cli.lazy_group import LazyGroup, Stub


class DevGroup(LazyGroup):
    """What can be done while a plugin is written."""

    table: ClassVar = {
        "plugin-new": Stub(
            "aetherflow.cli.commands.dev_plugin_new", "Write a small plugin that passes every check as it stands."
        ),
        "plugin-test": Stub(
            "aetherflow.cli.commands.dev_plugin_test", "Hold a plugin to its contract, and measure it."
        ),
        "watch": Stub("aetherflow.cli.commands.dev_watch", "Run `dev plugin-test` again whenever a file changes."),
    }


app = typer.Typer(cls=DevGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def dev() -> None:
    """Write plugins: begin them, hold them against their contract, and measure them."""
