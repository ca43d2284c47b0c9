"""The command that is made of what a plugin registers: of a Typer app itself, of a function an app around it."""

from typing import TYPE_CHECKING, Any

import typer
from typer.main import get_command

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import PluginRefused

if TYPE_CHECKING:
    from aetherflow.core.operations.plugin_commands import LoadedCommand

_COMPLETION = ("install_completion", "show_completion")  # what Typer gives every app; ours has them already


def app_of(loaded: "LoadedCommand") -> Any:
    """Make a command of what the plugin registers; raises PluginRefused where that cannot be done."""
    contribution, target = loaded.contribution, loaded.target
    try:
        command = get_command(target if isinstance(target, typer.Typer) else _app_around(contribution.name, target))
    except Exception as error:  # noqa: BLE001  # Typer raises anything at a signature that it cannot read
        raise _refusal(loaded, error) from None
    command.params = [param for param in command.params if param.name not in _COMPLETION]
    return command


def _app_around(name: str, function: Any) -> typer.Typer:
    if isinstance(function, type):
        raise TypeError("it is a class")
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, context_settings={"help_option_names": ["-h", "--help"]})(function)
    return app


def _refusal(loaded: "LoadedCommand", error: Exception) -> PluginRefused:
    from aetherflow.core.operations.plugins_found import texts_of  # deferred, as below: only for what is wrong
    from aetherflow.core.plugins.override_findings import described, span_of

    finding = Diagnostic(
        code="AF-P518",
        message=f"{described(loaded.contribution)} cannot be used: {error}",
        hint="a command is a function whose parameters have types that Typer knows, or a Typer app with a command",
        span=span_of(loaded.contribution),
    )
    refused = PluginRefused.of(finding, mask=loaded.masker.mask_text)
    refused.sources = texts_of([finding])
    return refused
