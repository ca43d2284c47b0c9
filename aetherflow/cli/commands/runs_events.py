"""`aetherflow runs events RUN`: what happened in a run, or happens now."""

import os
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.options import (
    BundleManifestOption,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    ResultFormatOption,
    RunArgument,
    StateOption,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.json_text import json_line
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.contracts.event import EventType
from aetherflow.core.events.log_lines import LogLines
from aetherflow.core.operations.show_run import run_events

EXAMPLES = """\b
Examples:
  # watch a run that another process runs
  aetherflow runs events 20260131-06 --follow
  # only how its steps ended
  aetherflow runs events 20260131-06 --type step_finished
  # for a program: an object a line
  aetherflow runs events nightly --json | jq -r .type
  # to an observer of plugins.yaml that was not there
  aetherflow runs events 20260131-06 --replay metrics"""

FollowOption = Annotated[bool, typer.Option("--follow", "-f", help="Wait for more until the run is over.")]
TypeOption = Annotated[
    list[EventType] | None,
    typer.Option("--type", metavar="TYPE", help="Only events of this type, such as step_finished; may be repeated."),
]
AfterOption = Annotated[
    int, typer.Option("--after", metavar="N", min=0, help="Only events with a number above this one.")
]
ReplayOption = Annotated[
    str | None,
    typer.Option(
        "--replay",
        metavar="ID",
        help="Tell them to the observer that plugins.yaml lists under this id, and say how many there were.",
    ),
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("events", cls=Command, epilog=EXAMPLES)
def runs_events(
    ctx: typer.Context,
    run: RunArgument,
    follow: FollowOption = False,
    kinds: TypeOption = None,
    after: AfterOption = 0,
    replay: ReplayOption = None,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    state: StateOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Tell what happened in a run, in order: a line an event with its time in UTC, or with --json an object a line.

    Lines that children print are not events: they stand in the run's log.

    With --replay every event of the run is told to an observer instead. Its code is run; the exit code is 1 where it
    raised, 3 where it cannot be had. Plugins and plugins.yaml are those of the run, unless options name others.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color)
    _refuse_contradictions(ctx)
    if replay is not None:
        from aetherflow.cli.replayed_run import show_replay  # deferred, as is the operation: it runs plugins
        from aetherflow.core.operations.replay_events import ReplayRequest

        request = ReplayRequest(
            environ=os.environ,
            run=run,
            observer=replay,
            state_file=state,
            plugin_paths=tuple(plugin_path or ()),
            plugins_file=plugins_file,
            bundle_manifest=bundle_manifest,
        )
        return show_replay(request, console, chosen)
    told = LogLines(tells_debug=True)
    wanted = frozenset(kinds or EventType)
    for event in run_events(os.environ, run, follow=follow, after=after, state_file=state):
        if event.type in wanted:
            line = json_line(event).decode() if chosen == "json" else told.text(event)
            console.result(line)
        if console.streams.reader_is_gone:
            break
    return 0


def _refuse_contradictions(ctx: typer.Context) -> None:
    given = {name for name, value in ctx.params.items() if value}
    about_plugins = sorted(given & {"plugin_path", "plugins_file", "bundle_manifest"})
    chosen = sorted(given & {"follow", "kinds", "after"})
    if ctx.params["replay"] is None and about_plugins:
        option = f"--{about_plugins[0].replace('_', '-')}"
        raise UsageProblem(f"{option} stands with --replay", hint="nothing else runs a plugin here", ctx=ctx)
    if ctx.params["replay"] is not None and chosen:
        option = "--type" if chosen[0] == "kinds" else f"--{chosen[0]}"
        hint = "an observer is told the whole run"
        raise UsageProblem(f"--replay and {option} exclude each other", hint=hint, ctx=ctx)
