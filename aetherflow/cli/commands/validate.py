"""`aetherflow validate FLOW`: everything that can be known before a run; runs nothing."""

import os

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.options import (
    AllowStaleFlowOption,
    AllowStaleOption,
    BundleManifestOption,
    FormatOption,
    JsonOption,
    NoCacheOption,
    NoColorOption,
    OptionalFlowArgument,
    PluginPathOption,
    PluginsFileOption,
    QuietOption,
    StrictEnvOption,
    WorkflowOption,
    check_flow,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.diagnostics import findings_text, masked, write_findings
from aetherflow.cli.render.paint import paint
from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.documents.flow import FlowDefinition
from aetherflow.core.events.segments import harmless
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.requests import FlowRequest
from aetherflow.core.operations.validate_flow import ValidationReport
from aetherflow.core.operations.validate_flow import validate as validate_flow

EXAMPLES = """\b
Examples:
  # all findings, with their source lines
  aetherflow validate flow.yaml
  # for a program
  aetherflow validate flow.yaml --json | jq .ok
  # annotations in a GitHub workflow
  aetherflow validate flow.yaml --format github"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=Command, epilog=EXAMPLES)
def validate(
    ctx: typer.Context,
    flow: OptionalFlowArgument = "",
    form: FormatOption = None,
    as_json: JsonOption = False,
    workflow: WorkflowOption = None,
    strict_env: StrictEnvOption = False,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    allow_stale_bundle: AllowStaleOption = False,
    allow_stale: AllowStaleFlowOption = False,
    no_cache: NoCacheOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> int:
    """Find everything that can be known to be wrong with a flow before a run.

    Structure, names, order, templates, conditions, inputs, environment. Runs nothing.

    Findings go to stdout. The exit code is 0 where none of them is an error, 3 where all errors are of plugins that are
    refused, else 2.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet)
    request = FlowRequest(
        flow=check_flow(ctx, flow, bundle_manifest),
        environ=os.environ,
        stdin=console.streams.read_input,
        workflow=workflow,
        strict_env=strict_env,
        plugin_paths=tuple(plugin_path or ()),
        plugins_file=plugins_file,
        bundle_manifest=bundle_manifest,
        allow_stale_bundle=allow_stale_bundle,
        allow_stale=allow_stale,
        no_cache=no_cache,
    )
    report = validate_flow(request)
    if chosen == "text":
        console.result(_text(report, console))
    else:
        findings = console.reader.tell_all(masked(diagnostic, report.mask) for diagnostic in report.diagnostics)
        write_findings(console, chosen, report.flow, findings, ok=report.ok)
    return report.exit_code


def _text(report: ValidationReport, console: Console) -> str:
    is_quiet = console.verbosity is Verbosity.QUIET
    shown = [finding for finding in report.diagnostics if not is_quiet or finding.severity is Severity.ERROR]
    told, sources = console.reader.tell_all(shown), console.reader.sources(report.sources)
    parts = [findings_text(told, sources, report.mask, console.out)] if shown else []
    if report.ok and not is_quiet:
        verdict = paint("ok", "good", colour=console.out.has_colour)
        parts.append(f"{harmless(report.flow)}: {verdict}{_size(report.definition)}\n")
    return "\n".join(parts)


def _size(definition: FlowDefinition | None) -> str:
    if definition is None:
        return ""
    steps = sum(len(job.steps) for job in definition.jobs)
    return f" ({counted(len(definition.jobs), 'job')}, {counted(steps, 'step')})"
