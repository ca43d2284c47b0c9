"""`aetherflow plugins enable NAME`: switch a plugin on again for this user of this machine."""

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    BundleManifestOption,
    JsonOption,
    NoColorOption,
    PluginArgument,
    PluginPathOption,
    PluginsFileOption,
    ResultFormatOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.plugin_switches import write_switch
from aetherflow.core.operations.switch_plugins import enable_plugin

EXAMPLES = """\b
Examples:
  # a plugin that was disabled before
  aetherflow plugins enable orders
  # one that only an option names
  aetherflow plugins enable orders --plugin-path ./plugins"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("enable", cls=Command, epilog=EXAMPLES)
def plugins_enable(
    ctx: typer.Context,
    name: PluginArgument,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Switch a plugin on again that was disabled on this machine, and wherever the state root is the same.

    One that is not disabled stays as it is, with the exit code 0. No plugin's code runs.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    write_switch(enable_plugin(request, name), console, chosen)
    return 0
