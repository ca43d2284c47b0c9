"""`aetherflow plugins list`: what can be used in flows, by plugin."""

from aetherflow.cli.declaration import Command
from aetherflow.cli.options import JSON, NO_COLOR, RESULT_FORMATS, VERBOSE, chosen_format, open_console
from aetherflow.cli.render.plugins import plugins_json, plugins_text
from aetherflow.cli.streams import StandardStreams
from aetherflow.core.operations.list_plugins import list_plugins


def plugins_list(streams: StandardStreams, *, form: str | None, as_json: bool, no_color: bool, verbose: bool) -> int:
    """Print what is registered; no plugin's code runs for it."""
    chosen = chosen_format(form, as_json)
    console = open_console(streams, no_color=no_color, verbose=verbose)
    registry = list_plugins()
    if chosen == "json":
        console.result_json(plugins_json(registry))
    else:
        console.result(plugins_text(registry, console.out, verbose=verbose))
    return 0


COMMAND = Command(
    name="list",
    description="""List the step types and connectors that flows can name, with the plugin that each comes from. No
    plugin's code runs for it.""",
    action=plugins_list,
    options=(RESULT_FORMATS, JSON, NO_COLOR, VERBOSE),
    examples=(
        ("aetherflow plugins list", "what flows can name"),
        ("aetherflow plugins list --json | jq -r '.plugins[].provides[].name'", "for a program"),
    ),
)
