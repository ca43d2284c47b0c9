"""`aetherflow plugins sync`: write down which plugins may load, or compare them with what is written."""

from typing import Annotated

import typer
from msgspec.structs import replace

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console
from aetherflow.cli.options import (
    BundleManifestOption,
    Format,
    FormatOption,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.diagnostics import write_findings
from aetherflow.cli.render.plugin_lock import check_text, diagnostics_of, refusals_text, sync_json, sync_text
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.operations.sync_plugins import SyncReport, check_lock, sync_plugins

EXAMPLES = """\b
Examples:
  # write aetherflow.plugins.lock, and check it in
  aetherflow plugins sync --plugin-path plugins
  # in CI: fail where a plugin is not as it was locked
  aetherflow plugins sync --plugin-path plugins --check --format github
  # the lock beside the operator's manifest
  aetherflow plugins sync --bundle-manifest /etc/aetherflow/manifest.yaml"""

CheckOption = Annotated[
    bool, typer.Option("--check", help="Compare with the lock and write nothing; the exit code is 3 if they differ.")
]

AllowEmptyOption = Annotated[
    bool, typer.Option("--allow-empty", help="Write a lock without a plugin in the place of one that names some.")
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("sync", cls=Command, epilog=EXAMPLES)
def plugins_sync(
    ctx: typer.Context,
    check: CheckOption = False,
    allow_empty: AllowEmptyOption = False,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: FormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Write aetherflow.plugins.lock: each plugin that may load, with the digests of its files.

    It stands in the current directory, or beside the manifest. Where there is a lock, runs compare plugins with it:
    enterprise mode refuses what differs, internal_fast warns. No plugin's code runs for it.

    What the lock said before and says no more is told. The exit code is 2 where it names plugins and none is found: the
    options that name them were forgotten, or --allow-empty says that it is meant.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    report = check_lock(request) if check else sync_plugins(request, allow_empty=allow_empty)
    told = replace(
        report,
        errors=console.reader.tell_of_plugins(report.errors),
        drift=console.reader.tell_of_plugins(report.drift),
    )
    return _tell(told, console, chosen, is_check=check)


def _tell(report: SyncReport, console: Console, chosen: Format, *, is_check: bool) -> int:
    findings = (*report.errors, *report.drift) if is_check else report.errors
    if chosen == "text":
        console.result((check_text if is_check else sync_text)(report, console.out))
        console.note(refusals_text(report, console))
    elif chosen == "json":
        console.result_json(sync_json(report, findings))
    else:
        write_findings(console, chosen, None, diagnostics_of(findings), ok=not findings)
    return PluginRefused.exit_code if findings else 0
