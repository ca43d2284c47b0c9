"""`aetherflow schema flow|profiles`: the JSON Schema of a document, for editors."""

from typing import Annotated, Literal

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import open_console
from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.operations.list_plugins import list_plugins

EXAMPLES = """\b
Examples:
  # an editor uses it if the flow's first line is
  # `# yaml-language-server: $schema=flow.schema.json`
  aetherflow schema flow > flow.schema.json"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=Command, epilog=EXAMPLES)
def schema(
    ctx: typer.Context,
    document: Annotated[
        Literal["flow", "profiles"], typer.Argument(metavar="DOCUMENT", help="Which document: flow or profiles.")
    ],
) -> None:
    """Print the JSON Schema of a document.

    An editor that knows it completes keys and shows mistakes as one types; the inputs of every registered step type are
    in it.
    """
    open_console(ctx).result_json(json_schema(document, steps=list_plugins().steps))
