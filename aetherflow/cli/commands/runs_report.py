"""`aetherflow runs report RUN`: a run as one HTML page."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import NoColorOption, RunArgument, StateOption, open_console
from aetherflow.core.operations.report_file import write_report
from aetherflow.core.operations.report_run import report_run

EXAMPLES = """\b
Examples:
  # into FLOW-RUN.html, whose name is printed
  aetherflow runs report 20260131-06
  # into a file of another name
  aetherflow runs report nightly -o report.html
  # to standard output
  aetherflow runs report nightly -o - | gzip > report.html.gz"""

OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="The file, a folder for it, or - for standard output; else FLOW-RUN.html.",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite a file that is no report, too.")]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("report", cls=Command, epilog=EXAMPLES)
def runs_report(
    ctx: typer.Context,
    run: RunArgument,
    output: OutputOption = None,
    force: ForceOption = False,
    state: StateOption = None,
    no_color: NoColorOption = False,
) -> int:
    """Write a page about a run: timeline, graph of jobs, metrics, steps with outputs, errors and logs.

    It is one HTML file that needs no network. Secrets are shown as ***. An older report of that name is replaced; any
    other file is left as it is, unless --force.
    """
    console = open_console(ctx, no_color=no_color)
    page = report_run(os.environ, run, now=time.time(), state_file=state)
    if output == "-":
        console.streams.write_result(page.html.encode())
    else:
        file = write_report(page, Path(output) if output else None, overwrites=force)
        console.result(f"{file}\n")
    return 0
