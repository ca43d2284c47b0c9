"""`aetherflow dev plugin-new NAME`: a small plugin that passes every check as it stands."""

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import JsonOption, ResultFormatOption, chosen_format, open_console
from aetherflow.core.events.segments import harmless
from aetherflow.core.operations.plugin_making.kinds import PluginKind
from aetherflow.core.operations.plugin_making.new_plugin import NewPlugin, NewPluginRequest, new_plugin

EXAMPLES = """\b
Examples:
  # a folder with a step type, its tests, and a flow that uses it
  aetherflow dev plugin-new orders --kind step
  # beside the other plugins of a project
  aetherflow dev plugin-new warehouse --kind connector --dir plugins
  # a package to build, install and publish
  aetherflow dev plugin-new audit --kind hook --package"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("plugin-new", cls=Command, epilog=EXAMPLES)
def dev_plugin_new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the plugin and its new folder are called.")],
    kind: Annotated[PluginKind, typer.Option("--kind", help="What it begins with; a plugin may hold several.")],
    directory: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where its folder is made; made if missing. Default: here.")
    ] = Path(),
    package: Annotated[
        bool, typer.Option("--package", help="A package to install, with a pyproject.toml and an entry point.")
    ] = False,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write a small plugin that passes its own tests, doctor and `dev plugin-test` as it stands.

    A folder with the code, aetherflow-plugin.yaml, tests, a README with the commands, and a flow that uses it. Change
    the code, and the tests say what that has changed. Nothing is overwritten: where the folder is there already,
    nothing is written and the exit code is 2.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx)
    request = NewPluginRequest(name=name, kind=kind, environ=os.environ, directory=directory, is_package=package)
    plugin = new_plugin(request)
    if chosen == "json":
        told = {"directory": str(plugin.folder), "plugin": name, "kind": kind}
        console.result_json({**told, "files": plugin.files, "commands": plugin.commands})
    else:
        console.result(_text(plugin))
    return 0


def _text(plugin: NewPlugin) -> str:
    commands = [f"cd {shlex.quote(str(plugin.folder))}", *plugin.commands]
    files = [f"  {plugin.folder / name}" for name in plugin.files]
    return harmless("\n".join(["written:", *files, "", "next:", *(f"  {each}" for each in commands)])) + "\n"
