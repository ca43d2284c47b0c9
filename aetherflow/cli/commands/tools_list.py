"""`aetherflow tools list`: the tools that plugins offer, and what each takes."""

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    BundleManifestOption,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    ResultFormatOption,
    VerboseOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.plugin_words import Page
from aetherflow.cli.render.tools import tools_json, tools_text, unread_text
from aetherflow.core.operations.list_tools import list_tools

EXAMPLES = """\b
Examples:
  # what can be called here
  aetherflow tools list --plugin-path ./plugins
  # what each takes, too
  aetherflow tools list --verbose
  # for a program: the JSON Schema of the parameters
  aetherflow tools list --json | jq '.tools[] | {name, parameters}'"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("list", cls=Command, epilog=EXAMPLES)
def tools_list(
    ctx: typer.Context,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    verbose: VerboseOption = False,
) -> int:
    """List the tools that can be called here, by the names that they have as step types.

    No plugin's code runs for it. What is wrong with plugins is told by `aetherflow plugins doctor`.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, verbose=verbose)
    listing = list_tools(asked_surroundings(plugin_path, plugins_file, bundle_manifest))
    if chosen == "json":
        console.result_json(tools_json(listing))
    else:
        page = Page(look=console.out, reader=console.reader)
        console.result(tools_text(listing, page, verbose=verbose))
        console.note(unread_text(listing, console))
    return 0
