"""`aetherflow validate FLOW`: everything that can be known before a run; runs nothing."""

import os

from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.declaration import Argument, Command
from aetherflow.cli.options import (
    FINDING_FORMATS,
    JSON,
    NO_COLOR,
    QUIET,
    STRICT_ENV,
    WORKFLOW,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.diagnostics import findings_text, masked, write_findings
from aetherflow.cli.render.paint import harmless, paint
from aetherflow.cli.render.wording import counted
from aetherflow.cli.streams import StandardStreams
from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.documents.flow import FlowDefinition
from aetherflow.core.operations.requests import FlowRequest
from aetherflow.core.operations.validate_flow import ValidationReport
from aetherflow.core.operations.validate_flow import validate as validate_flow


def validate(
    streams: StandardStreams,
    *,
    flow: str,
    form: str | None,
    as_json: bool,
    no_color: bool,
    quiet: bool,
    strict_env: bool,
    workflow: str | None,
) -> int:
    """Write every finding to stdout; 0 where no error is among them, else 2."""
    chosen = chosen_format(form, as_json)
    console = open_console(streams, no_color=no_color, quiet=quiet)
    request = FlowRequest(
        flow=flow, environ=os.environ, stdin=streams.read_input, workflow=workflow, strict_env=strict_env
    )
    report = validate_flow(request)
    if chosen == "text":
        console.result(_text(report, console))
    else:
        findings = [masked(diagnostic, report.mask) for diagnostic in report.diagnostics]
        write_findings(console, chosen, report.flow, findings, ok=report.ok)
    return 0 if report.ok else 2


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


COMMAND = Command(
    name="validate",
    description="""Find everything that can be known to be wrong with a flow before a run: structure, names, order,
    templates, conditions, inputs, environment. Runs nothing.

    Findings go to stdout. The exit code is 0 where none of them is an error, else 2.""",
    action=validate,
    arguments=(Argument("flow", "The flow's file, or - for standard input."),),
    options=(FINDING_FORMATS, JSON, WORKFLOW, STRICT_ENV, NO_COLOR, QUIET),
    examples=(
        ("aetherflow validate flow.yaml", "all findings, with their source lines"),
        ("aetherflow validate flow.yaml --json | jq .ok", "for a program"),
        ("aetherflow validate flow.yaml --format github", "annotations in a GitHub workflow"),
    ),
)
