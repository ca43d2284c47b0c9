"""`aetherflow bundle verify`: whether the bundle on this machine still is what was fetched."""

import os

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    FormatOption,
    JsonOption,
    ManifestOption,
    NoColorOption,
    QuietOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.bundle import verify_json, verify_text
from aetherflow.cli.render.diagnostics import masked, write_findings
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.operations.bundle_verify import verify_bundle
from aetherflow.core.operations.requests import SurroundingsRequest

EXAMPLES = """\b
Examples:
  # every file, hashed and compared
  aetherflow bundle verify --bundle-manifest /etc/aetherflow/manifest.yaml
  # for a program
  aetherflow bundle verify --bundle-manifest m.yaml --json | jq .ok"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("verify", cls=Command, epilog=EXAMPLES)
def bundle_verify(
    ctx: typer.Context,
    bundle_manifest: ManifestOption,
    form: FormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> int:
    """Hash every file of the bundle that is here, and name each that was changed, added or removed since.

    A run does the same before it starts. Asks no source. The exit code is 3 where something is not as it was fetched,
    and 2 where nothing was fetched.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet)
    report = verify_bundle(SurroundingsRequest(environ=os.environ, bundle_manifest=bundle_manifest))
    if chosen == "text":
        console.result("" if quiet and not report.findings else verify_text(report, console.out))
    elif chosen == "json":
        console.result_json(verify_json(report))
    else:
        found = [masked(finding, report.mask) for finding in report.findings]
        write_findings(console, chosen, None, found, ok=not found)
    return PluginRefused.exit_code if report.findings else 0
