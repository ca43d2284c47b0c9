"""`aetherflow plugins config unset NAME KEY…`: take values away that were set on this machine."""

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
from aetherflow.cli.render.plugin_config import write_config
from aetherflow.core.operations.plugin_config import unset_config

EXAMPLES = """\b
Examples:
  # one value: what plugins.yaml says of it counts again
  aetherflow plugins config unset mailer retries
  # several, and a whole mapping
  aetherflow plugins config unset mailer sender server"""

KeysArgument = Annotated[
    list[str], typer.Argument(metavar="KEY...", help="Values as `config set` names them, or whole mappings.")
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("unset", cls=Command, epilog=EXAMPLES)
def plugins_config_unset(
    ctx: typer.Context,
    name: ConfiguredArgument,
    keys: KeysArgument,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Take values away that were set on this machine, so that what plugins.yaml says counts again.

    Keys that are not set here change nothing, with the exit code 0.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    write_config(unset_config(request, name, keys), console, chosen)
    return 0
