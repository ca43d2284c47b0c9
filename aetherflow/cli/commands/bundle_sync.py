"""`aetherflow bundle sync`: bring the bundle on this machine up to date with its source."""

import os
from contextlib import closing
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console
from aetherflow.cli.options import (
    AllowStaleOption,
    JsonOption,
    ManifestOption,
    NoColorOption,
    QuietOption,
    ResultFormatOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.bundle import sync_json, sync_text
from aetherflow.cli.render.diagnostics import findings_text
from aetherflow.cli.render.progress import open_progress
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.operations.bundle_report import BundleReport
from aetherflow.core.operations.bundle_sync import sync_bundle
from aetherflow.core.operations.requests import SurroundingsRequest

EXAMPLES = """\b
Examples:
  # fetch what is new, before the runs of a day
  aetherflow bundle sync --bundle-manifest /etc/aetherflow/manifest.yaml
  # the folder of what was fetched
  aetherflow bundle sync --bundle-manifest m.yaml --print-local-root
  # go on with what was fetched before where the source is away
  aetherflow bundle sync --bundle-manifest m.yaml --allow-stale-bundle"""

RootOption = Annotated[
    bool, typer.Option("--print-local-root", help="Write the folder of the bundle to stdout, and nothing else.")
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("sync", cls=Command, epilog=EXAMPLES)
def bundle_sync(
    ctx: typer.Context,
    bundle_manifest: ManifestOption,
    allow_stale: AllowStaleOption = False,
    print_local_root: RootOption = False,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> int:
    """Fetch the bundle of a manifest where its source has something new, and make it active in one step.

    Whatever fails or is killed, the bundle that was active before still is, whole. Files that were changed on this
    machine are told, and replaced by what is fetched.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    if print_local_root and chosen == "json":
        raise UsageProblem(
            "--print-local-root and --json exclude each other", hint='the JSON has the folder as "local_root"', ctx=ctx
        )
    console = open_console(ctx, no_color=no_color, quiet=quiet)
    request = SurroundingsRequest(environ=os.environ, bundle_manifest=bundle_manifest)
    with closing(open_progress(console, "fetching")):
        report, fetched = sync_bundle(request, allow_stale=allow_stale)
    if chosen == "json":
        console.result_json(sync_json(report, fetched=fetched))
        return 0
    if not quiet:
        _tell_findings(report, console)
    if print_local_root:
        console.result(f"{report.root}\n")
    elif not quiet:
        console.result(sync_text(report, console.out, fetched=fetched))
    return 0


def _tell_findings(report: BundleReport, console: Console) -> None:
    if report.findings:
        console.note(findings_text(report.findings, report.sources, report.mask, console.err))
