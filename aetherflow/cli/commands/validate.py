"""`aetherflow validate FLOW`: everything that can be known before a run; runs nothing."""

import os

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.options import (
    FlowArgument,
    FormatOption,
    JsonOption,
    NoColorOption,
    QuietOption,
    StrictEnvOption,
    WorkflowOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.diagnostics import findings_text, masked, write_findings
from aetherflow.cli.render.paint import paint
from aetherflow.cli.usage_errors import EXIT_USAGE
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
    flow: FlowArgument,
    form: FormatOption = None,
    as_json: JsonOption = False,
    workflow: WorkflowOption = None,
    strict_env: StrictEnvOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> int:
    """Find everything that can be known to be wrong with a flow before a run.

    Structure, names, order, templates, conditions, inputs, environment. Runs nothing.

    Findings go to stdout. The exit code is 0 where none of them is an error, else 2.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet)
    stdin = console.streams.read_input
    report = validate_flow(
        FlowRequest(flow=flow, environ=os.environ, stdin=stdin, workflow=workflow, strict_env=strict_env)
    )
    if chosen == "text":
        console.result(_text(report, console))
    else:
        findings = [masked(diagnostic, report.mask) for diagnostic in report.diagnostics]
        write_findings(console, chosen, report.flow, findings, ok=report.ok)
    return 0 if report.ok else EXIT_USAGE


def _text(report: ValidationReport, console: Console) -> str:
    is_quiet = console.verbosity is Verbosity.QUIET
    shown = [finding for finding in report.diagnostics if not is_quiet or finding.severity is Severity.ERROR]
    parts = [findings_text(shown, report.sources, report.mask, console.out)] if shown else []
    if report.ok and not is_quiet:
        verdict = paint("ok", "good", colour=console.out.has_colour)
        parts.append(f"{harmless(report.flow)}: {verdict}{_size(report.definition)}\n")
    return "\n".join(parts)


def _size(definition: FlowDefinition | None) -> str:
    if definition is None:
        return ""
    steps = sum(len(job.steps) for job in definition.jobs)
    return f" ({counted(len(definition.jobs), 'job')}, {counted(steps, 'step')})"
