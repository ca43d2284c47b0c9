"""`aetherflow plugins doctor`: everything that can be found wrong with plugins, and what to do about it."""

from typing import Annotated

import typer
from msgspec.structs import replace

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    BundleManifestOption,
    FormatOption,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    QuietOption,
    VerboseOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.doctor import report_text, write_report
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.operations.doctor_plugins import doctor

EXAMPLES = """\b
Examples:
  # what is wrong with the plugins of this folder; none of their code runs
  aetherflow plugins doctor --plugin-path ./plugins
  # import them, too: in a process of their own
  aetherflow plugins doctor --loaded
  # in CI, with annotations beside the source; warnings count
  aetherflow plugins doctor --strict --format github
  # which plugins have findings
  aetherflow plugins doctor --json | jq -r '.diagnostics[].plugin'"""

StrictOption = Annotated[bool, typer.Option("--strict", help="Warnings count as errors do: the exit code is 3.")]
LoadedOption = Annotated[
    bool, typer.Option("--loaded", help="Import the plugins for real, in a process of their own: their code runs.")
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("doctor", cls=Command, epilog=EXAMPLES)
def plugins_doctor(
    ctx: typer.Context,
    strict: StrictOption = False,
    loaded: LoadedOption = False,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: FormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Examine all plugins: where they come from, who can change them, what they declare and what their code does.

    No plugin's code runs for it, but with --loaded. A broken plugin is a finding, and breaks nothing else.

    Findings go to stdout; notes are shown with --verbose. The exit code is 0, or 3 where one of them is an error.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet, verbose=verbose)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    report = doctor(request, loaded=loaded)
    report = replace(report, findings=console.reader.tell_of_plugins(report.findings))
    if chosen == "text":
        console.result(report_text(report, console.out, console.verbosity, strict=strict))
    else:
        write_report(console, chosen, report, strict=strict)
    return 0 if report.is_ok(strict=strict) else PluginRefused.exit_code
