"""`aetherflow tools`: the operations that plugins offer, and one call of one of them."""

from typing import ClassVar

import typer

from aetherflow.cli.lazy_group import LazyGroup, Stub


class ToolsGroup(LazyGroup):
    """What can be done with tools."""

    table: ClassVar = {
        "list": Stub("aetherflow.cli.commands.tools_list", "List the tools that plugins offer."),
        "call": Stub("aetherflow.cli.commands.tools_call", "Call one tool, without a flow."),
    }


app = typer.Typer(cls=ToolsGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def tools() -> None:
    """See the tools that plugins offer, each of which is a step type too, and call one of them."""
