"""`aetherflow bundle status`: the bundle that is on this machine, as it is on record."""

import os

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    JsonOption,
    ManifestOption,
    NoColorOption,
    ResultFormatOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.bundle import status_json, status_text
from aetherflow.core.operations.bundle_status import bundle_status as status_of_bundle
from aetherflow.core.operations.requests import SurroundingsRequest

EXAMPLES = """\b
Examples:
  # what would run where the source is away
  aetherflow bundle status --bundle-manifest /etc/aetherflow/manifest.yaml
  # how old it is, in seconds
  aetherflow bundle status --bundle-manifest m.yaml --json | jq .age_seconds"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("status", cls=Command, epilog=EXAMPLES)
def bundle_status(
    ctx: typer.Context,
    bundle_manifest: ManifestOption,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Show the bundle that was last fetched: its source, revision and digest, its age, and where it is.

    Asks no source and reads no file of the bundle: `bundle verify` hashes them. The exit code is 2 where nothing was
    fetched from the source that the manifest names.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    report = status_of_bundle(SurroundingsRequest(environ=os.environ, bundle_manifest=bundle_manifest))
    if chosen == "json":
        console.result_json(status_json(report))
    else:
        console.result(status_text(report, console.out))
    return 0
