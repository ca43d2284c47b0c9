"""The root of the command line: the commands by name, and the way from words to an exit code."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer
from typer.core import TyperCommand
from typer.main import get_command

from aetherflow.cli.console import Console
from aetherflow.cli.error_boundary import guarded
from aetherflow.cli.lazy_group import LazyGroup, Stub
from aetherflow.cli.streams import StandardStreams
from aetherflow.version import VERSION

if TYPE_CHECKING:  # our own commands do without those of plugins
    from aetherflow.cli.plugin_commands import PluginCommands

PROGRAM = "aetherflow"


class RootGroup(LazyGroup):
    """Everything that stands right behind the program's name."""

    table: ClassVar = {
        "validate": Stub("aetherflow.cli.commands.validate", "Find what is wrong with a flow before a run."),
        "run": Stub("aetherflow.cli.commands.run", "Run a flow once, or continue an earlier run."),
        "explain": Stub("aetherflow.cli.commands.explain", "Explain a flow's order and values, or a code."),
        "graph": Stub("aetherflow.cli.commands.graph", "Draw the jobs of a flow: text, Mermaid or DOT."),
        "schema": Stub("aetherflow.cli.commands.schema", "Print the JSON Schema of a document, for editors."),
        "init": Stub("aetherflow.cli.commands.init", "Write a small project that runs as it stands."),
        "runs": Stub("aetherflow.cli.commands.runs", "Look into recorded runs, continue and remove them."),
        "locks": Stub("aetherflow.cli.commands.locks", "See who holds a lock, and let go of one."),
        "bundle": Stub("aetherflow.cli.commands.bundle", "Fetch, look at and verify the operator's bundle."),
        "plugins": Stub("aetherflow.cli.commands.plugins", "See what flows can use, and where it comes from."),
        "dev": Stub("aetherflow.cli.commands.dev", "Write plugins: hold them against their contract, measure them."),
        "tools": Stub("aetherflow.cli.commands.tools", "List the tools of plugins, and call one."),
    }

    @cached_property
    def _plugins(self) -> "PluginCommands":
        from aetherflow.cli.plugin_commands import PluginCommands  # deferred, as below: only for help and other words

        return PluginCommands()

    def list_commands(self, ctx: Any) -> list[str]:
        """Name our commands, then those of plugins: completion offers them all."""
        return [*self.table, *self._plugins.names()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give a command's name and line, of a plugin's command too."""
        if cmd_name in self.table:
            return super().get_command(ctx, cmd_name)
        summary = dict(self._plugins.rows()).get(cmd_name)
        return None if summary is None else TyperCommand(cmd_name, help=summary)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the command that the first word names; plugins are only asked for a word that is none of ours."""
        name, *rest = args
        if name in self.table:
            return super().resolve_command(ctx, args)
        from aetherflow.cli.plugin_commands import command_being_completed, plugin_command

        if ctx.resilient_parsing:
            return name, command_being_completed(self._plugins, name), rest
        return name, plugin_command(ctx, self._plugins, args, self.table), rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write our commands, and below them those of plugins."""
        from aetherflow.cli.plugin_commands import write_commands

        write_commands(formatter, "Commands", [(name, stub.summary) for name, stub in self.table.items()])
        write_commands(formatter, "Plugin commands", self._plugins.rows())


app = typer.Typer(
    cls=RootGroup,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`aetherflow COMMAND --help` tells more about a command, with examples.",
)


def _print_version(ctx: typer.Context, *, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        Console(ctx.obj, os.environ).result(f"{PROGRAM} {VERSION}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Run YAML flows once, to the end, anywhere: a shell, cron, a CI job, a container."""


def run_command_line(words: list[str]) -> int:
    """Run one command line, without the program's name; gives the exit code and never raises."""
    streams = StandardStreams()
    try:
        return guarded(lambda: _dispatch(words, streams), streams)
    finally:
        streams.put_back()


def _dispatch(words: list[str], streams: StandardStreams) -> int:
    command = get_command(app)
    if os.environ.get("_AETHERFLOW_COMPLETE"):  # set by the shell's completion script
        command.main(words, PROGRAM)
    # Not `main`: it makes a broken pipe anywhere inside a command a silent exit code 1.
    try:
        with command.make_context(PROGRAM, words, obj=streams) as ctx:
            code = command.invoke(ctx)
    except typer.Exit as left:
        return left.exit_code
    return code if isinstance(code, int) else 0
