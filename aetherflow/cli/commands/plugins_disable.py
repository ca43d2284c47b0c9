"""`aetherflow plugins disable NAME`: switch a plugin off for this user of this machine."""

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import PluginArgument
from aetherflow.cli.plugin_setting import Setting, plugin_setting
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
@plugin_setting
def plugins_disable(setting: Setting, name: PluginArgument) -> None:
    """Switch a plugin off on this machine, and wherever the state root is the same: no command loads it any more.

    It may be broken in any way: none of its code runs for it. Flows that name what it registers are told so by
    `validate` and `run`. In enterprise mode nothing is disabled, and the exit code is 2.
    """
    write_switch(disable_plugin(setting.request, name), setting.console, setting.form)
