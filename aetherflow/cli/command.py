"""Typer's command with our streams: its help page is a result, its errors are told as its options want them.

Contexts are ``Any`` here: what Typer hands to these methods is wider than its public ``typer.Context``.
"""

import os
from typing import Any

import typer
from typer.core import TyperCommand

from aetherflow.cli.console import Console
from aetherflow.cli.usage_errors import AnyUsageError
from aetherflow.core.contracts.errors import AetherFlowError


class Command(TyperCommand):
    """A command of ours."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; Typer's parser leaves the context out of some errors."""
        try:
            return super().parse_args(ctx, args)
        except AnyUsageError as error:
            error.ctx = error.ctx or ctx  # type: ignore[attr-defined]  # every usage error has one
            raise

    def invoke(self, ctx: Any) -> Any:
        """Do the work; what it refuses is told in the form, and to the reader, that the options have chosen."""
        try:
            return super().invoke(ctx)
        except AetherFlowError as error:
            return _refuse(error, ctx)

    def get_help_option(self, ctx: Any) -> Any:
        """Give the option that writes the help page."""
        return as_result(super().get_help_option(ctx))


def as_result(option: Any) -> Any:
    """Let a help option write its page as a result: a full disk or a reader that went away is no surprise then."""
    if option is not None:
        option.callback = _show_help
    return option


def _refuse(error: AetherFlowError, ctx: Any) -> int:
    # deferred: only when something is wrong
    from aetherflow.cli.options import chosen_format, open_console
    from aetherflow.cli.render.diagnostics import refuse

    given = ctx.params
    chosen = chosen_format(ctx, given.get("form"), as_json=given.get("as_json", False))
    return refuse(error, open_console(ctx, no_color=given.get("no_color", False)), chosen, None)


def _show_help(ctx: Any, param: object, value: object) -> None:
    if value and not ctx.resilient_parsing:
        Console(ctx.obj, os.environ).result(ctx.get_help() + "\n")
        raise typer.Exit
