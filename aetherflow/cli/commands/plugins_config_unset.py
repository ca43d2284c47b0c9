"""`aetherflow plugins config unset NAME KEY…`: take values away that were set on this machine."""

from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import ConfiguredArgument
from aetherflow.cli.plugin_setting import Setting, plugin_setting
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
@plugin_setting
def plugins_config_unset(setting: Setting, name: ConfiguredArgument, keys: KeysArgument) -> None:
    """Take values away that were set on this machine, so that what plugins.yaml says counts again.

    Keys that are not set here change nothing, with the exit code 0.
    """
    write_config(unset_config(setting.request, name, keys), setting.console, setting.form)
