"""What the commands share that show or change how a plugin is set on this machine."""

import inspect
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import typer
from msgspec import Struct

from aetherflow.cli.console import Console
from aetherflow.cli.options import (
    BundleManifestOption,
    Format,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    ResultFormatOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.core.operations.requests import SurroundingsRequest

Own = ParamSpec("Own")


class Setting(Struct, frozen=True):
    """Where the plugin is looked for, and how the result is written."""

    request: SurroundingsRequest
    console: Console
    form: Format


def plugin_setting(work: Callable[Concatenate[Setting, Own], None]) -> Callable[..., int]:
    """Make the function of a command that has these options behind its own parameters."""

    def command(
        ctx: typer.Context,
        plugin_path: PluginPathOption = None,
        plugins_file: PluginsFileOption = None,
        bundle_manifest: BundleManifestOption = None,
        form: ResultFormatOption = None,
        as_json: JsonOption = False,
        no_color: NoColorOption = False,
        **own: Any,
    ) -> int:
        chosen = chosen_format(ctx, form, as_json=as_json)
        console = open_console(ctx, no_color=no_color)
        request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
        work(Setting(request, console, chosen), **own)  # type: ignore[call-arg]  # as the signature below says
        return 0

    _, *own_parameters = inspect.signature(work).parameters.values()
    context, *options, _ = inspect.signature(command).parameters.values()
    command.__signature__ = inspect.Signature([context, *own_parameters, *options])  # type: ignore[attr-defined]  # Typer reads it
    command.__doc__ = work.__doc__
    return command
