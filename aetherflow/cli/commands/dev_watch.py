"""`aetherflow dev watch`: the test of a plugin again, whenever one of its files changes."""

import time
from pathlib import Path

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.options import NoColorOption, VerboseOption, open_console
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
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.plugin_test import first_failure, report_text, verdict_line
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.events.wording import signs_for
from aetherflow.core.operations.plugin_trial.suite import PluginTestRequest, try_plugin
from aetherflow.core.operations.plugin_trial.target import target_of
from aetherflow.core.operations.plugin_trial.watching import changes

EXAMPLES = """\b
Examples:
  # a line for each run; Ctrl-C ends it
  aetherflow dev watch ./plugins/orders
  # with the plugin's own tests, and everything that is checked
  aetherflow dev watch . --tests --verbose"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("watch", cls=Command, epilog=EXAMPLES)
def dev_watch(
    ctx: typer.Context,
    path: PathArgument,
    plugin_path: RequiredPathOption = None,
    tests: TestsOption = False,
    seconds: TimeoutOption = DEFAULT_SECONDS,
    megabytes: MemoryOption = DEFAULT_MEGABYTES,
    strict: StrictOption = False,
    no_color: NoColorOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Test a plugin, and again whenever one of its files changes: one line a run, with what failed first.

    It is measured where there is a baseline to compare with (`dev plugin-test --update-baseline`).
    Nothing of what it finds ends it; Ctrl-C does, with exit code 130.
    """
    console = open_console(ctx, no_color=no_color, verbose=verbose)
    target = target_of(path)  # a path that is wrong now is a mistake; one that is gone later is a change
    asked = asked_test(path, plugin_path, seconds=seconds, megabytes=megabytes, tests=tests, measures="with baseline")
    watched = changes([*target.watched, *map(Path, plugin_path or ())])
    while not console.streams.reader_is_gone:
        _tell(asked, console, strict=strict)
        next(watched)
    return 0


def _tell(asked: PluginTestRequest, console: Console, *, strict: bool) -> None:
    """Make one run, and write its line."""
    look = console.out
    signs = signs_for(has_unicode=look.has_unicode)
    moment = time.strftime("%H:%M:%S")
    try:
        report = try_plugin(asked)
    except AetherFlowError as error:
        console.result(f"{moment} {paint(signs.failed, 'bad', colour=look.has_colour)} {make_visible(error.message)}\n")
        return
    good, bad = paint(signs.done, "good", colour=look.has_colour), paint(signs.failed, "bad", colour=look.has_colour)
    sign = good if report.is_ok(strict=strict) else bad
    failure = first_failure(report)
    console.result(f"{moment} {sign} {verdict_line(report, look)}{f': {failure}' if failure else ''}\n")
    if console.verbosity is Verbosity.VERBOSE:
        console.result(report_text(report, look, console.verbosity, strict=strict) + "\n")
