"""The declared commands as a Typer application: completion, and every command line that the short parser leaves alone.

Typer's public names are used, and the methods that its documentation has one override in `TyperGroup` and
`TyperCommand`. What its errors say is said again in our own form.
"""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from aetherflow.cli.command_table import COMMANDS, Group, Stub
from aetherflow.cli.declaration import Argument, Command, Option, check_choices
from aetherflow.cli.short_parser import spell_out_optional_values
from aetherflow.cli.streams import StandardStreams
from aetherflow.cli.usage_errors import as_usage_problem, unknown_command

#: The base of all usage errors has no public name in the versions of Typer that we allow, but it has a public child.
_TyperUsageError: type[Exception] = typer.BadParameter.__bases__[0]


def run_with_typer(streams: StandardStreams, words: list[str], command: Command | None) -> int:
    """Let Typer read the whole command line; gives the exit code, or raises UsageProblem.

    ``command`` is the one that the words name, where they name one.
    """
    root = typer_application(streams)
    try:
        code = root.main(args=words, prog_name="aetherflow", standalone_mode=False)
    except _TyperUsageError as error:
        spelled_out = spell_out_optional_values(command, words) if command else words
        raise as_usage_problem(error, command, spelled_out) from None
    except typer.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else 0


def typer_application(streams: StandardStreams) -> Any:
    """Build the root: its commands are imported when they are named."""
    app = typer.Typer(cls=_LazyGroup, add_completion=True, rich_markup_mode=None)
    app.callback()(_root)
    return _equipped(typer.main.get_command(app), streams, "aetherflow", COMMANDS)


def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Run YAML flows once, to the end, anywhere."""


class _LazyGroup(TyperGroup):
    """A group that knows its commands' names and lines, and imports the one that is called."""

    streams: StandardStreams
    path: str
    table: dict[str, Any]

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        # For listing and completing names: nothing is imported for that.
        entry = self.table.get(cmd_name)
        return TyperCommand(cmd_name, short_help=entry.summary, help=entry.summary) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, *rest = args
        entry = self.table.get(name)
        if entry is not None:
            return name, self._load(name, entry), rest
        if ctx.resilient_parsing:  # a half-typed word that is being completed
            return None, None, rest
        raise unknown_command(name, self.path, self.table)

    def _load(self, name: str, entry: Stub | Group) -> Any:
        if isinstance(entry, Stub):
            return typer_command(self.streams, entry.load())
        app = typer.Typer(cls=_LazyGroup, add_completion=False, rich_markup_mode=None, name=name, help=entry.summary)
        app.callback()(lambda: None)
        return _equipped(typer.main.get_command(app), self.streams, f"{self.path} {name}", entry.commands)


def _equipped(group: Any, streams: StandardStreams, path: str, table: dict[str, Any]) -> Any:
    group.streams, group.path, group.table = streams, path, table
    return group


class _DeclaredCommand(TyperCommand):
    """A command that may have options whose value can be left out."""

    declared: Command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spell_out_optional_values(self.declared, args))


def typer_command(streams: StandardStreams, command: Command) -> Any:
    """Build Typer's command of a declaration."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(command.name, cls=_DeclaredCommand, help=command.description)(_callback(streams, command))
    built: Any = typer.main.get_command(app)
    built.declared = command
    return built


def _callback(streams: StandardStreams, command: Command) -> Callable[..., int]:
    def call(**values: Any) -> int:
        for option in command.options:
            if option.kind == "many":
                values[option.keyword] = tuple(values[option.keyword] or ())
        check_choices(command, values)
        return command.action(streams, **values)

    declared = [*map(_argument_parameter, command.arguments), *map(_option_parameter, command.options)]
    call.__signature__ = inspect.Signature(declared)  # type: ignore[attr-defined]  # where Typer reads the parameters
    return call


def _argument_parameter(argument: Argument) -> inspect.Parameter:
    info = typer.Argument(metavar=argument.metavar, help=argument.help, autocompletion=_completing(argument.choices))
    return inspect.Parameter(argument.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[str, info])


def _option_parameter(option: Option) -> inspect.Parameter:
    completing = _completing(option.choices)
    info = typer.Option(*option.names, help=option.help, metavar=option.metavar or None, autocompletion=completing)
    kinds: dict[str, Any] = {"flag": Annotated[bool, info], "many": Annotated[list[str], info]}
    annotation = kinds.get(option.kind, Annotated[str | None, info])
    default = list(option.default) if option.kind == "many" else option.default
    return inspect.Parameter(option.keyword, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _completing(choices: tuple[str, ...]) -> Callable[[str], list[str]] | None:
    # Typer knows the parameter by its name.
    return (lambda incomplete: [one for one in choices if one.startswith(incomplete)]) if choices else None
