"""`aetherflow plugins config set NAME KEY=VALUE…`: set values of a plugin's config on this machine."""

from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import ConfiguredArgument
from aetherflow.cli.plugin_setting import Setting, plugin_setting
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
@plugin_setting
def plugins_config_set(setting: Setting, name: ConfiguredArgument, assignments: AssignmentsArgument) -> None:
    """Set values of a plugin's config on this machine, over what plugins.yaml says.

    They are checked against the plugin's `config_schema`. Where one is wrong, none is set, and the exit code is 2, as
    it is in enterprise mode. They are kept in plugins.json in the state root, readable by you alone.
    """
    write_config(set_config(setting.request, name, assignments), setting.console, setting.form)
