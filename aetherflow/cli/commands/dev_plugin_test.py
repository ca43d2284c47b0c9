"""`aetherflow dev plugin-test`: a plugin held against its contract, and measured."""

from typing import Annotated

import typer
from msgspec.structs import replace

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    JsonOption,
    NoColorOption,
    QuietOption,
    ResultFormatOption,
    VerboseOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.plugin_test_options import (
    DEFAULT_MEGABYTES,
    DEFAULT_SECONDS,
    MemoryOption,
    PathArgument,
    RequiredPathOption,
    StrictOption,
    TestsOption,
    TimeoutOption,
    asked_test,
)
from aetherflow.cli.render.plugin_test import report_json, report_text
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.diagnostics.nearby import nearby_path
from aetherflow.core.operations.plugin_trial.suite import try_plugin

EXAMPLES = """\b
Examples:
  # the plugin in a folder
  aetherflow dev plugin-test ./plugins/orders
  # keep what it costs: later tests fail where that has become much worse
  aetherflow dev plugin-test ./plugins/orders --update-baseline
  # a project with a pyproject.toml, and its own tests
  aetherflow dev plugin-test . --tests
  # what came of each check
  aetherflow dev plugin-test . --json | jq -r '.checks[] | .verdict + .said'"""

UpdateOption = Annotated[
    bool,
    typer.Option("--update-baseline", help="Keep what is measured in .aetherflow-baseline.json beside it."),
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("plugin-test", cls=Command, epilog=EXAMPLES)
def dev_plugin_test(
    ctx: typer.Context,
    path: PathArgument,
    plugin_path: RequiredPathOption = None,
    update_baseline: UpdateOption = False,
    tests: TestsOption = False,
    seconds: TimeoutOption = DEFAULT_SECONDS,
    megabytes: MemoryOption = DEFAULT_MEGABYTES,
    strict: StrictOption = False,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Examine a plugin, try everything that it registers, and measure it; its code runs, in processes of its own.

    Inputs are made from its schemas, or given under `examples` in its manifest. What is not tried is shown, with the
    reason. The processes have a folder, a home and an environment of their own, and bounds of time and memory. That
    keeps mistakes in; it is no sandbox for code that means harm.

    The exit code is 0, 3 where a check has failed, 2 where there is no plugin.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet, verbose=verbose)
    asked = asked_test(
        path, plugin_path, seconds=seconds, megabytes=megabytes, tests=tests, update_baseline=update_baseline
    )
    report = try_plugin(asked)
    report = replace(report, findings=console.reader.tell_of_plugins(report.findings))
    if chosen == "json":
        console.result_json(report_json(report, strict=strict))
    else:
        shown = replace(report, path=nearby_path(report.path, console.reader.folder))
        console.result(report_text(shown, console.out, console.verbosity, strict=strict))
    return 0 if report.is_ok(strict=strict) else PluginRefused.exit_code
