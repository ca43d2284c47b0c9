"""`aetherflow plugins why NAME`: who registers a name, where, and why it may load."""

from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    BundleManifestOption,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    ResultFormatOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.plugin_words import Page
from aetherflow.core.operations.why_plugin import why_plugin

EXAMPLES = """\b
Examples:
  # a step type: whose it is, and what it takes
  aetherflow plugins why external.process
  # a connector, by kind and driver or by driver
  aetherflow plugins why db:sqlite3
  # a plugin, or a folder that does not load
  aetherflow plugins why ./plugins"""

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="A step type, connector, command…, or a plugin, or where one is.")
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("why", cls=Command, epilog=EXAMPLES)
def plugins_why(
    ctx: typer.Context,
    name: NameArgument,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Tell of one name: which file and line registers it, which plugin that is, why it may load, what it overrode.

    What does not load is told with the reason. The exit code is 2 where nothing has the name. No plugin's code runs.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    report = why_plugin(request, name)
    if chosen == "json":
        from aetherflow.cli.render.plugins_json import why_json  # deferred: text does without

        console.result_json(why_json(report))
    else:
        from aetherflow.cli.render.why import why_text  # deferred: JSON does without

        console.result(why_text(report, Page(look=console.out, reader=console.reader)))
    return 0
