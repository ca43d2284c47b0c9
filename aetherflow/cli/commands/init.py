"""`aetherflow init [DIR]`: a small project that runs as it stands."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import JsonOption, ResultFormatOption, chosen_format, open_console
from aetherflow.core.events.segments import harmless
from aetherflow.core.operations.init_project import NewProject, init_project

EXAMPLES = """\b
Examples:
  # a new directory with a project in it
  aetherflow init first_flow
  # into the current directory
  aetherflow init"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=Command, epilog=EXAMPLES)
def init(
    ctx: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where to write it; made if it is missing. Default: here.")
    ] = Path(),
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write a small project that runs as it stands.

    A flow, profiles, an example of an env file, a README with the commands, JSON Schemas for the editor and a
    .gitignore. Nothing is overwritten: where a file is in the way, nothing is written and the exit code is 2.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx)
    project = init_project(directory)
    if chosen == "json":
        console.result_json({"directory": str(project.folder), "files": project.files})
    else:
        console.result(_text(project))
    return 0


def _text(project: NewProject) -> str:
    way = [] if project.folder == Path() else [f"cd {shlex.quote(str(project.folder))}"]
    commands = [*way, "aetherflow validate flow.yaml", "aetherflow run flow.yaml --param name=Ada"]
    files = [f"  {project.folder / name}" for name in project.files]
    return harmless("\n".join(["written:", *files, "", "next:", *(f"  {command}" for command in commands)])) + "\n"
