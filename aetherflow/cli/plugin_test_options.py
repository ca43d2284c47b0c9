"""The options that `dev plugin-test` and `dev watch` share."""

import os
from typing import Annotated, Literal

import typer

from aetherflow.core.operations.plugin_trial.sandbox import Limits
from aetherflow.core.operations.plugin_trial.suite import PluginTestRequest

PathArgument = Annotated[
    str,
    typer.Argument(metavar="PATH", help="The plugin: a folder, package or .py file, or its project (pyproject.toml)."),
]
RequiredPathOption = Annotated[
    list[str] | None,
    typer.Option("--plugin-path", metavar="DIR", help="A plugin that this one requires; may be repeated."),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, max=3600, help="How long one call may take.")
]
MemoryOption = Annotated[
    int,
    typer.Option(
        "--memory", metavar="MB", min=256, max=1_000_000, help="How much memory each process of the test may take."
    ),
]
TestsOption = Annotated[bool, typer.Option("--tests", help="Run the plugin's own tests too, with pytest.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Warnings of doctor count as errors do.")]

_DEFAULT = Limits()
DEFAULT_SECONDS, DEFAULT_MEGABYTES = _DEFAULT.call_seconds, _DEFAULT.memory_megabytes


def asked_test(
    path: str,
    plugin_path: list[str] | None,
    *,
    seconds: float,
    megabytes: int,
    tests: bool,
    update_baseline: bool = False,
    measures: Literal["always", "with baseline"] = "always",
) -> PluginTestRequest:
    """Give the test that a command's options ask for."""
    return PluginTestRequest(
        path=path,
        environ=os.environ,
        plugin_paths=tuple(plugin_path or ()),
        limits=Limits(call_seconds=seconds, memory_megabytes=megabytes),
        update_baseline=update_baseline,
        own_tests=tests,
        measures=measures,
    )
