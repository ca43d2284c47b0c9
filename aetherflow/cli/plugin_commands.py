"""Commands of plugins on the command line: named in the help without running any plugin, loaded once one is named.

Contexts and commands are ``Any`` here: what Typer hands over is wider than its public types.
"""

import gc
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from aetherflow.cli.console import Console
from aetherflow.cli.told import reader_of
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.events.segments import harmless
from aetherflow.core.plugins.quick_look import may_have_plugins

if TYPE_CHECKING:  # where there is no plugin, help does without
    from aetherflow.core.operations.plugin_commands import CommandsFound, LoadedCommand

NOT_KNOWN = "not known now: `aetherflow plugins list` says why"


class PluginCommands:
    """The commands that plugins bring in the process's own surroundings; nothing is looked for before it is asked."""

    def __init__(self) -> None:
        self._found: CommandsFound | None = None
        self._failure: AetherFlowError | OSError | None = None
        self._was_asked = False

    def rows(self) -> list[tuple[str, str]]:
        """Give names and summaries for the help page; whatever is wrong with plugins, there is one."""
        found = self._asked()
        if self._failure:
            return [("", NOT_KNOWN)]
        return [(command.name, command.summary) for command in found.commands] if found else []

    def names(self) -> list[str]:
        """Give the names alone."""
        found = self._asked()
        return [command.name for command in found.commands] if found else []

    def load(self, name: str) -> "LoadedCommand | None":
        """Load the plugin that has a command; None where none has it. Raises AetherFlowError where it may not load."""
        found = self._asked()
        if found is None:
            return None
        from aetherflow.core.operations.plugin_commands import load_command  # deferred, as below

        return load_command(found, name)

    def hint_about(self, name: str) -> str | None:
        """Say where a command may be that is not among the known ones."""
        found = self._asked()
        if self._failure:
            return f"plugins may have it, but could not be read: {self._failure}"
        if found and found.unread:
            return f"what these plugins register is only known when they run: {', '.join(found.unread)}"
        if found and found.refused:
            return f"{found.found.mode} mode does not look into {', '.join(found.refused[:3])} for plugins"
        return None

    def _asked(self) -> "CommandsFound | None":
        if not self._was_asked:
            self._was_asked = True
            if may_have_plugins(os.environ):
                self._look()
        return self._found

    def _look(self) -> None:
        from aetherflow.core.operations.plugin_commands import find_commands  # deferred: 10 ms, only with plugins
        from aetherflow.core.operations.requests import SurroundingsRequest

        try:
            self._found = find_commands(SurroundingsRequest(environ=os.environ))
        except (AetherFlowError, OSError) as error:  # a setting, or plugins.yaml: help is wanted all the same
            self._failure = error


class PluginCommand(TyperCommand):
    """A plugin's command in our table: it leaves all words behind its name to the plugin's own app."""

    def __init__(self, loaded: "LoadedCommand") -> None:
        super().__init__(loaded.contribution.name, add_help_option=False)
        self._loaded = loaded

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Leave the words as they are."""
        ctx.args = [*args]
        return args

    def invoke(self, ctx: Any) -> int:
        """Run the app; gives the exit code."""
        from aetherflow.cli.plugin_command_run import run_command  # deferred, as is what follows

        console = Console(ctx.obj, os.environ, reader=reader_of({}))
        _tell(self._loaded, console)
        gc.freeze()  # what the start made stays; a command may run long, and wants its garbage collected
        gc.enable()
        return run_command(self._loaded, ctx.command_path, ctx.args, console)


def write_commands(formatter: Any, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Write commands with their lines, each on one, into a help page."""
    if rows:
        limit = formatter.width - 6 - max(len(name) for name, _ in rows)
        shown = [(name, TyperCommand(name, help=harmless(text)).get_short_help_str(limit)) for name, text in rows]
        with formatter.section(title):
            formatter.write_dl(shown)


def plugin_command(ctx: Any, plugins: PluginCommands, words: Sequence[str], known: Iterable[str]) -> Any:
    """Give the command that the first word names which is none of ours; raises UsageProblem where it names none."""
    name, *behind = words
    loaded = plugins.load(name)
    if loaded is not None:
        return PluginCommand(loaded)
    from aetherflow.cli.explanations import unknown_command  # deferred: only for a wrong word

    problem = unknown_command(ctx, name, [*known, *plugins.names()])
    hint = problem.hint or plugins.hint_about(name)
    if any(word.partition("=")[0] == "--plugin-path" for word in behind):  # as it is written behind our own commands
        hint = "the commands of plugins are looked for where AETHERFLOW_PLUGIN_PATHS says"
    raise UsageProblem(problem.message, hint=hint, ctx=ctx)


def command_being_completed(plugins: PluginCommands, name: str) -> Any:
    """Give the app of a plugin whose command's words are being completed; None where that cannot be."""
    from aetherflow.cli.plugin_app import app_of  # deferred, as above

    try:
        loaded = plugins.load(name)
        return app_of(loaded) if loaded else None
    except (AetherFlowError, OSError):  # nobody reads messages in the middle of a word
        return None


def _tell(loaded: "LoadedCommand", console: Console) -> None:
    """Say on stderr what a run would say of these plugins."""
    if loaded.warnings:
        from aetherflow.cli.render.diagnostics import findings_text  # deferred: only when there is something to say

        findings = console.reader.tell_all(loaded.warnings)
        sources = console.reader.sources(loaded.sources)
        console.note(findings_text(findings, sources, loaded.masker.mask_text, console.err))
