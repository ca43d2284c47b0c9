"""`aetherflow run FLOW`: run a flow once, or continue an earlier run."""

import os
from typing import Annotated

import typer

from aetherflow.cli.optional_value import NO_VALUE, OptionalValueCommand
from aetherflow.cli.options import (
    AllowStaleFlowOption,
    AllowStaleOption,
    BundleManifestOption,
    DebugPluginsOption,
    FormatOption,
    JsonOption,
    NoCacheOption,
    NoColorOption,
    OptionalFlowArgument,
    ParamOption,
    PluginPathOption,
    PluginsFileOption,
    QuietOption,
    StrictEnvOption,
    VerboseOption,
    WorkflowOption,
    check_flow,
    check_run_id,
    chosen_format,
    open_console,
    parameters,
)
from aetherflow.cli.render.diagnostics import refuse
from aetherflow.cli.shown_run import show_plan, show_run
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.operations.requests import RunRequest

EXAMPLES = """\b
Examples:
  # run once, with a parameter
  aetherflow run flow.yaml --param day=2026-01-31
  # continue the newest run that failed or was interrupted
  aetherflow run flow.yaml --resume
  # once a day, however often it is asked for
  aetherflow run flow.yaml --run-key "$(date +%F)"
  # what would run for one job
  aetherflow run flow.yaml --job load --dry-run
  # for a program
  aetherflow run flow.yaml --json | jq .status"""

JobOption = Annotated[
    list[str] | None,
    typer.Option("--job", metavar="ID", help="Run only this job and what it depends on; may be repeated."),
]
OnlyOption = Annotated[bool, typer.Option("--only", help="With --job: leave out what the jobs depend on.")]
ResumeOption = Annotated[
    str | None,
    typer.Option(
        "--resume",
        metavar="[RUN_ID]",
        help="Continue a run: the one named, else the newest unfinished run of this flow. The value is the next word "
        "that is no option, so FLOW stands first.",
    ),
]
AcceptChangesOption = Annotated[
    bool, typer.Option("--accept-changes", help="With --resume: go on although finished steps were changed since.")
]
RedoOption = Annotated[
    list[str] | None,
    typer.Option(
        "--redo",
        metavar="JOB.STEP",
        help="With --resume: run this step again, whatever is recorded of it; may be repeated.",
    ),
]
AssumeDoneOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume-done",
        metavar="JOB.STEP",
        help="With --resume: go on as if this step, in flight when the run died, had succeeded; may be repeated.",
    ),
]
RunIdOption = Annotated[
    str | None, typer.Option("--run-id", metavar="RUN_ID", help="Name the new run; else a name is made up.")
]
RunKeyOption = Annotated[
    str | None,
    typer.Option(
        "--run-key",
        metavar="KEY",
        help="Run once for this key: a run that has it is resumed, or its result given if it ended SUCCESS; exit code "
        "4 while it lives.",
    ),
]
FailFastOption = Annotated[bool, typer.Option("--fail-fast", help="Start nothing more after a failure.")]
DryRunOption = Annotated[
    bool,
    typer.Option("--dry-run", help="Print what would run, with inputs as far as they are known; run nothing."),
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=OptionalValueCommand, epilog=EXAMPLES)
def run(
    ctx: typer.Context,
    flow: OptionalFlowArgument = "",
    param: ParamOption = None,
    job: JobOption = None,
    only: OnlyOption = False,
    workflow: WorkflowOption = None,
    resume: ResumeOption = None,
    accept_changes: AcceptChangesOption = False,
    redo: RedoOption = None,
    assume_done: AssumeDoneOption = None,
    run_id: RunIdOption = None,
    run_key: RunKeyOption = None,
    fail_fast: FailFastOption = False,
    dry_run: DryRunOption = False,
    strict_env: StrictEnvOption = False,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    allow_stale_bundle: AllowStaleOption = False,
    allow_stale: AllowStaleFlowOption = False,
    no_cache: NoCacheOption = False,
    debug_plugins: DebugPluginsOption = False,
    form: FormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Run a flow once, to the end: its jobs one after another, each job's steps in order.

    Every step's outcome is kept before the next one starts, so that a run that failed or was killed is continued with
    --resume.

    Progress goes to stderr; stdout carries the result, with --json, and nothing else. The exit code is 0 for a run that
    succeeded, 1 for one that failed or where a resume needs a decision about a step, 2 where the input is wrong or a
    finished step has changed since, 3 where a plugin was refused, 4 where somebody else has the run, 5 after a defect
    of aetherflow itself, 130 or 143 after an interrupt.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, quiet=quiet, verbose=verbose)
    _refuse_contradictions(ctx)
    request = RunRequest(
        flow=check_flow(ctx, flow, bundle_manifest),
        environ=os.environ,
        stdin=console.streams.read_input,
        workflow=workflow,
        strict_env=strict_env,
        params=parameters(ctx, param or ()),
        plugin_paths=tuple(plugin_path or ()),
        plugins_file=plugins_file,
        bundle_manifest=bundle_manifest,
        allow_stale_bundle=allow_stale_bundle,
        allow_stale=allow_stale,
        no_cache=no_cache,
        run_id=_run_id(ctx, run_id, resume),
        run_key=run_key,
        resume=resume is not None,
        accept_changes=accept_changes,
        redo=tuple(redo or ()),
        assume_done=tuple(assume_done or ()),
        jobs=tuple(job or ()),
        only=only,
        fail_fast=fail_fast,
        logs_debug=verbose,
        debug_plugins=debug_plugins,
    )
    try:
        return (show_plan if dry_run else show_run)(request, console, chosen)
    except AetherFlowError as error:
        return refuse(error, console, chosen, flow)


def _run_id(ctx: typer.Context, run_id: str | None, resume: str | None) -> str | None:
    """Give the id of the new run, or of the run to resume; None makes one up, or takes the newest."""
    if run_id is not None:
        return check_run_id(ctx, "--run-id", run_id)
    return None if resume in (None, NO_VALUE) else check_run_id(ctx, "--resume", resume or "")


def _refuse_contradictions(ctx: typer.Context) -> None:
    given = {name for name, value in ctx.params.items() if value or value == ""}
    if "run_key" in given:
        _refuse_beside(ctx, given, "run_key", "the key alone decides whether a run is started or resumed, and which")
    if "resume" in given:
        _refuse_beside(ctx, given, "resume", "--resume RUN_ID continues that run")
    elif "run_key" not in given and (decisions := given & {"accept_changes", "redo", "assume_done"}):
        option = min(decisions)
        after_changes = option == "accept_changes"
        hint = "it lets a resume go on after changes" if after_changes else "it decides about a step of an earlier run"
        raise UsageProblem(f"{_spelled(option)} stands with --resume or --run-key", hint=hint, ctx=ctx)
    if {"debug_plugins", "dry_run"} <= given:
        raise UsageProblem("--debug-plugins and --dry-run exclude each other", hint="a dry run runs no plugin", ctx=ctx)
    if "only" in given and "job" not in given:
        raise UsageProblem("--only stands with --job", hint="it leaves out what the chosen jobs depend on", ctx=ctx)


def _refuse_beside(ctx: typer.Context, given: set[str], option: str, hint: str) -> None:
    for other in ("resume", "run_id", "dry_run"):
        if other in given - {option}:
            why = "a dry run shows what a new run would do" if other == "dry_run" else hint
            raise UsageProblem(f"{_spelled(option)} and {_spelled(other)} exclude each other", hint=why, ctx=ctx)


def _spelled(name: str) -> str:
    return f"--{name.replace('_', '-')}"
