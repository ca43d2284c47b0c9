"""`aetherflow plugins config get NAME [KEY]`: what a plugin is given, and who says so."""

from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    BundleManifestOption,
    ConfiguredArgument,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    ResultFormatOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.plugin_config import write_config, write_value
from aetherflow.core.operations.plugin_config import config_of_plugin

EXAMPLES = """\b
Examples:
  # all that it is given
  aetherflow plugins config get mailer
  # one value, as it is
  aetherflow plugins config get mailer server.port
  # for a program
  aetherflow plugins config get mailer --json | jq .config.server"""

KeyArgument = Annotated[
    str | None,
    typer.Argument(metavar="[KEY]", help="One value; a dot stands before what lies inside.", show_default=False),
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("get", cls=Command, epilog=EXAMPLES)
def plugins_config_get(
    ctx: typer.Context,
    name: ConfiguredArgument,
    key: KeyArgument = None,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Show the config that a plugin is given: by plugins.yaml, and over that by what was set on this machine.

    Values of secret variables are masked. The exit code is 2 where KEY is not set. No plugin's code runs.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    report = config_of_plugin(asked_surroundings(plugin_path, plugins_file, bundle_manifest), name, key)
    if key is None:
        write_config(report, console, chosen)
    else:
        write_value(report, key, console, chosen)
    return 0
