"""`aetherflow plugins disable NAME`: switch a plugin off for this user of this machine."""

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
from aetherflow.core.operations.switch_plugins import disable_plugin

EXAMPLES = """\b
Examples:
  # one that breaks at import
  aetherflow plugins disable orders
  # by the folder that it is in
  aetherflow plugins disable ./plugins/orders --plugin-path ./plugins/orders
  # for a program
  aetherflow plugins disable orders --json | jq .changed"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("disable", cls=Command, epilog=EXAMPLES)
def plugins_disable(
    ctx: typer.Context,
    name: PluginArgument,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Switch a plugin off on this machine, and wherever the state root is the same: no command loads it any more.

    It may be broken in any way: none of its code runs for it. Flows that name what it registers are told so by
    `validate` and `run`. In enterprise mode nothing is disabled, and the exit code is 2.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    write_switch(disable_plugin(request, name), console, chosen)
    return 0
