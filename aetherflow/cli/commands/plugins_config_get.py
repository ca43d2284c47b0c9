"""`aetherflow plugins config get NAME [KEY]`: what a plugin is given, and who says so."""

from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import ConfiguredArgument
from aetherflow.cli.plugin_setting import Setting, plugin_setting
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
@plugin_setting
def plugins_config_get(setting: Setting, name: ConfiguredArgument, key: KeyArgument = None) -> None:
    """Show the config that a plugin is given: by plugins.yaml, and over that by what was set on this machine.

    Values of secret variables are masked. The exit code is 2 where KEY is not set. No plugin's code runs.
    """
    report = config_of_plugin(setting.request, name, key)
    if key is None:
        write_config(report, setting.console, setting.form)
    else:
        write_value(report, key, setting.console, setting.form)
