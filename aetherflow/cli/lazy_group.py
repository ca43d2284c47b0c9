"""A group of commands that are imported once they are named: help and completion read one line of each.

Contexts are ``Any`` here: what Typer hands to these methods is wider than its public ``typer.Context``.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from msgspec import Struct
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from aetherflow.cli.command import as_result
from aetherflow.cli.console import Console
from aetherflow.cli.usage_errors import EXIT_USAGE


class Stub(Struct, frozen=True):
    """A command or a group that is not imported yet: the module's ``app`` is its Typer."""

    module: str
    summary: str

    def load(self) -> Any:
        """Import the module and give the command."""
        return get_command(import_module(self.module).app)


class LazyGroup(TyperGroup):
    """A group whose commands stand in a table; a child class names it."""

    table: ClassVar[Mapping[str, Stub]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands in the table's order."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give a command's name and line: help and completion ask here, and want no more."""
        stub = self.table.get(cmd_name)
        return TyperCommand(cmd_name, short_help=stub.summary) if stub else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the command that the first word names."""
        name, *rest = args
        if name in self.table:
            return name, self.table[name].load(), rest
        if ctx.resilient_parsing:  # a half-typed word that is being completed
            return None, None, rest
        from aetherflow.cli.explanations import unknown_command  # deferred: only for a wrong word

        raise unknown_command(ctx, name, self.table)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Answer a bare noun with its help, on stderr since nobody asked for it."""
        if not args and not ctx.resilient_parsing:
            Console(ctx.obj, os.environ).note(ctx.get_help() + "\n")
            raise typer.Exit(EXIT_USAGE)
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: Any) -> Any:
        """Give the option that writes the help page."""
        return as_result(super().get_help_option(ctx))
