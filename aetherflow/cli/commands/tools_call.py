"""`aetherflow tools call NAME`: one call of one tool, without a flow."""

import os
from contextlib import closing
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console
from aetherflow.cli.options import (
    BundleManifestOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    QuietOption,
    ResultFormatOption,
    VerboseOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.progress import open_progress
from aetherflow.cli.render.tools import call_json
from aetherflow.core.operations.call_tool import CalledTool, call_tool
from aetherflow.core.operations.requests import ToolRequest
from aetherflow.core.runner.printed_lines import shown_prints

EXAMPLES = """\b
Examples:
  # one tool of one plugin
  aetherflow tools call calculator.evaluate --params '{"expression": "6 * 7"}'
  # params from a file, or from standard input
  aetherflow tools call tool.calculator.evaluate --params @params.json
  aetherflow tools call evaluate --params - | jq .value
  # what came of it, for a program
  aetherflow tools call evaluate --params @params.json --json | jq .ok"""

EXIT_FAILED = 1

ToolArgument = Annotated[
    str,
    typer.Argument(metavar="NAME", help="The tool: tool.PLUGIN.NAME, PLUGIN.NAME, or NAME where only one has it."),
]
ParamsOption = Annotated[
    str | None,
    typer.Option("--params", metavar="JSON|@FILE", help="The params: JSON, a file of it, or - for standard input."),
]
ResultJsonOption = Annotated[
    bool, typer.Option("--json", help="Write what came of the call, and not the data alone; short for --format json.")
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("call", cls=Command, epilog=EXAMPLES)
def tools_call(
    ctx: typer.Context,
    name: ToolArgument,
    params: ParamsOption = None,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: ResultJsonOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Call a tool once, as a step of a flow would: with the plugins, hooks and limits that hold here.

    The data that it gives go to stdout, as JSON; what plugins print and log goes to stderr. The exit code is 1 where
    the call fails, 2 where the params or the surroundings are wrong, 3 where a plugin was refused.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet, verbose=verbose)
    request = ToolRequest(
        tool=name,
        params=params,
        stdin=console.streams.read_input,
        environ=os.environ,
        plugin_paths=tuple(plugin_path or ()),
        plugins_file=plugins_file,
        bundle_manifest=bundle_manifest,
    )
    console.streams.keep_stdout_for_the_result()
    with shown_prints() as printed, closing(open_progress(console, "calling")) as progress:
        called = call_tool(request, listeners=[progress], printed=printed)
    _tell_warnings(called, console, quiet=quiet)
    if chosen == "json":
        console.result_json(call_json(called))
    elif called.result.success:
        console.result_json(called.result.data)
    else:
        _tell_failure(called, console)
    if called.interrupted_by is not None:
        return 128 + called.interrupted_by
    return 0 if called.result.success else EXIT_FAILED


def _tell_failure(called: CalledTool, console: Console) -> None:
    from aetherflow.cli.render.diagnostics import message_text  # deferred, as below: only when something is wrong

    console.note(message_text(called.result.error or "", [called.hint] if called.hint else [], console.err))


def _tell_warnings(called: CalledTool, console: Console, *, quiet: bool) -> None:
    if called.warnings and not quiet:
        from aetherflow.cli.render.diagnostics import findings_text

        findings = console.reader.tell_all(called.warnings)
        console.note(findings_text(findings, console.reader.sources(called.sources), called.mask, console.err))
