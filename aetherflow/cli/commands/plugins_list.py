"""`aetherflow plugins list`: what can be used in flows, by plugin."""

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    JsonOption,
    NoColorOption,
    ResultFormatOption,
    VerboseOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.plugins import plugins_json, plugins_text
from aetherflow.core.operations.list_plugins import list_plugins

EXAMPLES = """\b
Examples:
  # what flows can name
  aetherflow plugins list
  # for a program
  aetherflow plugins list --json | jq -r '.plugins[].provides[].name'"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("list", cls=Command, epilog=EXAMPLES)
def plugins_list(
    ctx: typer.Context,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    verbose: VerboseOption = False,
) -> None:
    """List the step types and connectors that flows can name, with the plugin that each comes from.

    No plugin's code runs for it.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, verbose=verbose)
    registry = list_plugins()
    if chosen == "json":
        console.result_json(plugins_json(registry))
    else:
        console.result(plugins_text(registry, console.out, verbose=verbose))
