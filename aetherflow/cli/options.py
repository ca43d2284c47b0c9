"""Options that several commands share, and what their texts must look like."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.told import reader_of
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.operations.requests import SurroundingsRequest

Format = Literal["text", "json", "sarif", "github"]
ResultFormat = Literal["text", "json"]

RUN_ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"

OptionalFlowArgument = Annotated[
    str,
    typer.Argument(
        metavar="[FLOW]",
        help="The flow's file, a URI (https://…, s3://…, sqlite://…), or - for standard input. With a manifest that "
        "names a bundle: a path inside it, by default its `entry_flow`.",
        show_default=False,
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", metavar="FORMAT", help="How findings are written to stdout: text, json, sarif or github."),
]
ResultFormatOption = Annotated[
    ResultFormat | None,
    typer.Option("--format", metavar="FORMAT", help="How the result is written to stdout: text or json."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Tell errors only.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Tell more.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Use no colours; so does the variable NO_COLOR.")]
StrictEnvOption = Annotated[
    bool,
    typer.Option("--strict-env", help="Environment variables that the flow needs and that are missing are errors."),
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="Give a parameter of the flow its value; may be repeated."),
]
StateOption = Annotated[
    Path | None,
    typer.Option("--state", metavar="FILE", help="The state file of flows that name their own; else the common one."),
]
RunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="The run's id or the beginning of it; FLOW/ID where flows share ids."),
]
PluginPathOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plugin-path",
        metavar="DIR",
        help="Load plugins from this folder, package or .py file too; may be repeated. Refused in enterprise mode.",
    ),
]
PluginsFileOption = Annotated[
    str | None,
    typer.Option(
        "--plugins-file", metavar="FILE", help="The file of plugin settings; else the plugins.yaml beside the flow."
    ),
]
PluginArgument = Annotated[str, typer.Argument(metavar="NAME", help="A plugin: its name, its id, or where it is.")]
ConfiguredArgument = Annotated[
    str,
    typer.Argument(metavar="NAME", help="A plugin, or the name that it has by register_plugin, as in plugins.yaml."),
]
BundleManifestOption = Annotated[
    str | None,
    typer.Option(
        "--bundle-manifest",
        metavar="FILE",
        help="The operator's manifest: bundle, mode, trusted plugins, secrets hook.",
    ),
]
ManifestOption = Annotated[
    str, typer.Option("--bundle-manifest", metavar="FILE", help="The operator's manifest, which names the bundle.")
]
AllowStaleOption = Annotated[
    bool,
    typer.Option(
        "--allow-stale-bundle", help="Take the copy that was fetched before where the source cannot be fetched."
    ),
]
AllowStaleFlowOption = Annotated[
    bool,
    typer.Option(
        "--allow-stale", help="Take the copy of a flow that was read before where its URI's source cannot be asked."
    ),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Neither read nor keep copies of flows that come from URIs.")
]
DebugPluginsOption = Annotated[
    bool,
    typer.Option(
        "--debug-plugins",
        help="Trace each operation of plugins to stderr and to plugins.log in the run's folder.",
    ),
]
WorkflowOption = Annotated[
    str | None,
    typer.Option("--workflow", metavar="NAME", help="Which of the file's workflows; needed where there are several."),
]


def check_flow(ctx: typer.Context, flow: str, bundle_manifest: str | None) -> str:
    """Refuse a command without a flow, unless a manifest may name one; make ready for one that a plugin reads."""
    if not flow and bundle_manifest is None:
        from aetherflow.cli.explanations import missing_argument  # deferred: only wanted when something is wrong

        raise missing_argument("FLOW", ctx)
    if "://" in flow:  # a plugin may read it, which may print
        ctx.obj.keep_stdout_for_the_result()
    return flow


def asked_surroundings(
    plugin_path: list[str] | None, plugins_file: str | None, bundle_manifest: str | None
) -> SurroundingsRequest:
    """Give the surroundings that a command's options name, in the process's environment."""
    return SurroundingsRequest(
        environ=os.environ,
        plugin_paths=tuple(plugin_path or ()),
        plugins_file=plugins_file,
        bundle_manifest=bundle_manifest,
    )


def open_console(ctx: typer.Context, *, no_color: bool = False, quiet: bool = False, verbose: bool = False) -> Console:
    """Make the console of a command from its common options; the context carries the process's streams."""
    if quiet and verbose:
        raise UsageProblem("--quiet and --verbose exclude each other", hint="give one of the two", ctx=ctx)
    verbosity = Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL
    return Console(ctx.obj, os.environ, no_color=no_color, verbosity=verbosity, reader=reader_of(ctx.params))


def chosen_format(ctx: typer.Context, form: Format | None, *, as_json: bool) -> Format:
    """Join `--format` and `--json` into one."""
    if as_json and form not in (None, "json"):
        raise UsageProblem(f"--json and --format {form} exclude each other", hint="give one of the two", ctx=ctx)
    return "json" if as_json else form or "text"


def check_run_id(ctx: typer.Context, option: str, value: str) -> str:
    """Refuse what is no run id."""
    if not re.fullmatch(RUN_ID_PATTERN, value):
        raise UsageProblem(
            f'{option}: "{value}" is no run id',
            hint="a run id begins with a letter or digit and has up to 64 letters, digits, `.`, `_` or `-`",
            ctx=ctx,
        )
    return value


def name_and_value(ctx: typer.Context, option: str, text: str) -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        hint = f"for example {option} day=2026-01-31"
        raise UsageProblem(f'{option}: "{text}" is not NAME=VALUE', hint=hint, ctx=ctx)
    return name, value


def parameters(ctx: typer.Context, texts: Sequence[str]) -> dict[str, str]:
    """Read every `--param`; a name given twice is refused, since one of the two values would be lost."""
    values: dict[str, str] = {}
    for text in texts:
        name, value = name_and_value(ctx, "--param", text)
        if name in values:
            raise UsageProblem(f'--param: "{name}" is given twice', hint="give each parameter once", ctx=ctx)
        values[name] = value
    return values
