"""`aetherflow schema flow|profiles`: the JSON Schema of a document, for editors."""

from aetherflow.cli.declaration import Argument, Command
from aetherflow.cli.options import open_console
from aetherflow.cli.streams import StandardStreams
from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.operations.list_plugins import list_plugins


def schema(streams: StandardStreams, *, document: str) -> int:
    """Print the schema, with the inputs of every registered step type in it."""
    open_console(streams).result_json(json_schema(document, steps=list_plugins().steps))
    return 0


COMMAND = Command(
    name="schema",
    description="""Print the JSON Schema of a document. An editor that knows it completes keys and shows mistakes as one
    types; the inputs of every registered step type are in it.""",
    action=schema,
    arguments=(Argument("document", "Which document: flow or profiles.", choices=("flow", "profiles")),),
    examples=(
        (
            "aetherflow schema flow > flow.schema.json",
            "then `# yaml-language-server: $schema=flow.schema.json` on a flow's first line",
        ),
    ),
)
