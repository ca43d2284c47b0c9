"""`aetherflow plugins enable NAME`: switch a plugin on again for this user of this machine."""

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import PluginArgument
from aetherflow.cli.plugin_setting import Setting, plugin_setting
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
@plugin_setting
def plugins_enable(setting: Setting, name: PluginArgument) -> None:
    """Switch a plugin on again that was disabled on this machine, and wherever the state root is the same.

    One that is not disabled stays as it is, with the exit code 0. No plugin's code runs.
    """
    write_switch(enable_plugin(setting.request, name), setting.console, setting.form)
