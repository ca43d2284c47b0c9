"""`aetherflow graph FLOW`: the jobs and what comes before what, drawn."""

import os
from typing import Annotated, Literal

import msgspec
import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console
from aetherflow.cli.options import (
    AllowStaleFlowOption,
    AllowStaleOption,
    BundleManifestOption,
    NoCacheOption,
    OptionalFlowArgument,
    PluginPathOption,
    PluginsFileOption,
    WorkflowOption,
    check_flow,
    open_console,
)
from aetherflow.cli.render.diagnostics import refuse
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.operations.graph_flow import graph as graph_of_flow
from aetherflow.core.operations.requests import FlowRequest

EXAMPLES = """\b
Examples:
  # an outline for the terminal
  aetherflow graph flow.yaml
  # a picture, by Graphviz
  aetherflow graph flow.yaml --to dot | dot -Tsvg > flow.svg
  # for a Markdown page, between ```mermaid and ```
  aetherflow graph flow.yaml --to mermaid"""

Form = Literal["text", "mermaid", "dot", "json"]
ToOption = Annotated[
    Form | None,
    typer.Option("--to", metavar="FORM", help="How the graph is written: text (default), mermaid, dot or json."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --to json.")]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=Command, epilog=EXAMPLES)
def graph(
    ctx: typer.Context,
    flow: OptionalFlowArgument = "",
    to: ToOption = None,
    as_json: JsonOption = False,
    workflow: WorkflowOption = None,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    allow_stale_bundle: AllowStaleOption = False,
    allow_stale: AllowStaleFlowOption = False,
    no_cache: NoCacheOption = False,
) -> int:
    """Draw the jobs of a flow, in the order of a run, and which comes before which.

    One kind of edge is `depends_on`; the other, dotted, comes of a job's name in a `when` or a template: it orders two
    jobs and gates nothing. Runs nothing. A flow that could not run is not drawn: its findings are shown.
    """
    if as_json and to not in (None, "json"):
        raise UsageProblem(f"--json and --to {to} exclude each other", hint="give one of the two", ctx=ctx)
    form: Form = "json" if as_json else to or "text"
    console = open_console(ctx)
    request = FlowRequest(
        flow=check_flow(ctx, flow, bundle_manifest),
        environ=os.environ,
        stdin=console.streams.read_input,
        workflow=workflow,
        plugin_paths=tuple(plugin_path or ()),
        plugins_file=plugins_file,
        bundle_manifest=bundle_manifest,
        allow_stale_bundle=allow_stale_bundle,
        allow_stale=allow_stale,
        no_cache=no_cache,
    )
    try:
        _write(graph_of_flow(request), form, console)
    except AetherFlowError as error:
        return refuse(error, console, "json" if form == "json" else "text", flow)
    return 0


def _write(drawn: FlowGraph, form: Form, console: Console) -> None:
    if form == "json":
        console.result_json(msgspec.to_builtins(drawn))
    else:
        console.result({"text": drawn.to_text, "mermaid": drawn.to_mermaid, "dot": drawn.to_dot}[form]())
