"""`aetherflow schema DOCUMENT`: the JSON Schema of a document, for editors."""

from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    BundleManifestOption,
    PluginPathOption,
    PluginsFileOption,
    asked_surroundings,
    open_console,
)
from aetherflow.core.operations.document_schemas import SchemaName, document_schema

EXAMPLES = """\b
Examples:
  # an editor uses it if the flow's first line is
  # `# yaml-language-server: $schema=flow.schema.json`
  aetherflow schema flow > flow.schema.json
  # with the step types of a folder of plugins
  aetherflow schema flow --plugin-path plugins > flow.schema.json"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=Command, epilog=EXAMPLES)
def schema(
    ctx: typer.Context,
    document: Annotated[
        SchemaName,
        typer.Argument(
            metavar="DOCUMENT",
            help="Which document: flow, profiles, manifest (the operator's), plugins (plugins.yaml), "
            "or plugin (aetherflow-plugin.yaml).",
        ),
    ],
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
) -> None:
    """Print the JSON Schema of a document.

    An editor that knows it completes keys and shows mistakes as one types; the inputs of every registered step type are
    in that of a flow.
    """
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    console = open_console(ctx)
    found = document_schema(document, request)
    if found.plugin_findings:
        from aetherflow.cli.render.plugin_problems import problems_text  # deferred: only when something is wrong

        console.note(problems_text(found.plugin_findings, console))
    console.result_json(found.schema)
