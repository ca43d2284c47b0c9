"""`aetherflow plugins config set NAME KEY=VALUE…`: set values of a plugin's config on this machine."""

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
from aetherflow.core.operations.plugin_config import set_config

EXAMPLES = """\b
Examples:
  # a text, a number, a value inside a mapping
  aetherflow plugins config set mailer sender=ann retries=3 server.port=2525
  # a list, and a text that looks like a number
  aetherflow plugins config set mailer 'to=[ann, bob]' 'code="007"'"""

AssignmentsArgument = Annotated[
    list[str],
    typer.Argument(metavar="KEY=VALUE...", help="Values as in YAML and JSON; a dot stands before what lies inside."),
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("set", cls=Command, epilog=EXAMPLES)
def plugins_config_set(
    ctx: typer.Context,
    name: ConfiguredArgument,
    assignments: AssignmentsArgument,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Set values of a plugin's config on this machine, over what plugins.yaml says.

    They are checked against the plugin's `config_schema`. Where one is wrong, none is set, and the exit code is 2, as
    it is in enterprise mode. They are kept in plugins.json in the state root, readable by you alone.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    write_config(set_config(request, name, assignments), console, chosen)
    return 0
