"""`aetherflow run FLOW`: run a flow once, or continue an earlier run."""

import gc
import os
import shlex
from typing import Any

from msgspec import Struct

from aetherflow.cli.console import Console
from aetherflow.cli.declaration import Argument, Command, Option, UsageProblem
from aetherflow.cli.options import (
    FINDING_FORMATS,
    JSON,
    NO_COLOR,
    QUIET,
    STRICT_ENV,
    VERBOSE,
    WORKFLOW,
    Format,
    check_resume,
    check_run_id,
    chosen_format,
    open_console,
    parameters,
)
from aetherflow.cli.render.diagnostics import refuse, write_findings
from aetherflow.cli.render.progress import logs_json, open_progress
from aetherflow.cli.render.summary import Failures, render_summary
from aetherflow.cli.render.wording import signs_for
from aetherflow.cli.streams import StandardStreams
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.requests import RunRequest

EXIT_FAILED = 1


class RunWords(Struct, frozen=True):
    """What the command line says, an option a field."""

    flow: str
    form: str | None
    as_json: bool
    no_color: bool
    quiet: bool
    verbose: bool
    dry_run: bool
    run_id: str | None
    resume: str | None
    accept_changes: bool
    redo: tuple[str, ...]
    assume_done: tuple[str, ...]
    job: tuple[str, ...]
    only: bool
    workflow: str | None
    param: tuple[str, ...]
    fail_fast: bool
    strict_env: bool


def run(streams: StandardStreams, **words: Any) -> int:
    """Run the flow; the result goes to stdout, everything else to stderr."""
    given = RunWords(**words)
    chosen = chosen_format(given.form, given.as_json)
    console = open_console(streams, no_color=given.no_color, quiet=given.quiet, verbose=given.verbose)
    request = _request(given, console)
    try:
        return _show_plan(request, console, chosen) if given.dry_run else _run(request, console, chosen)
    except AetherFlowError as error:
        return refuse(error, console, chosen, given.flow)


def _request(given: RunWords, console: Console) -> RunRequest:
    does_resume, resumed_id = check_resume(given.resume)
    if does_resume and given.run_id is not None:
        raise UsageProblem("--resume and --run-id exclude each other", hint="--resume RUN_ID continues that run")
    if does_resume and given.dry_run:
        raise UsageProblem("--resume and --dry-run exclude each other", hint="a dry run shows what a new run would do")
    if not does_resume:
        _refuse_decisions(given)
    if given.only and not given.job:
        raise UsageProblem("--only stands with --job", hint="it leaves out what the chosen jobs depend on")
    return RunRequest(
        flow=given.flow,
        environ=os.environ,
        stdin=console.streams.read_input,
        workflow=given.workflow,
        strict_env=given.strict_env,
        params=parameters(given.param),
        run_id=check_run_id("--run-id", given.run_id) if given.run_id is not None else resumed_id,
        resume=does_resume,
        accept_changes=given.accept_changes,
        redo=given.redo,
        assume_done=given.assume_done,
        jobs=given.job,
        only=given.only,
        fail_fast=given.fail_fast,
    )


def _refuse_decisions(given: RunWords) -> None:
    """Refuse, without --resume, the options that decide about an earlier run."""
    if given.accept_changes:
        raise UsageProblem("--accept-changes stands with --resume", hint="it lets a resume go on after changes")
    if given.redo or given.assume_done:
        option = "--redo" if given.redo else "--assume-done"
        raise UsageProblem(f"{option} stands with --resume", hint="it decides about a step of an earlier run")


def _show_plan(request: RunRequest, console: Console, chosen: Format) -> int:
    from aetherflow.cli.render.plan import plan_json, plan_text  # deferred, as is the operation: a run does without
    from aetherflow.core.operations.plan_run import dry_run

    report = dry_run(request)
    if chosen == "text":
        console.result(plan_text(report, console.out))
    elif chosen == "json":
        console.result_json(plan_json(report))
    else:
        write_findings(console, chosen, request.flow, (), ok=True)
    return 0


def _run(request: RunRequest, console: Console, chosen: Format) -> int:
    from aetherflow.core.operations.run_flow import run as run_flow  # deferred: a dry run does without the runner

    failures = Failures()
    with console.streams.stdout_kept_for_the_result():
        progress = open_progress(console)
        try:
            result = run_flow(request, listeners=[progress, failures, _collect_garbage_again])
        finally:
            progress.close()
        _tell(result, request, failures, console)
        _write_result(result, request, console, chosen)
    return _exit_code(result)


def _collect_garbage_again(event: Event) -> None:
    """Turn the collector on once the flow is loaded; what the start made stays for good, and is not looked at again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _tell(result: RunResult, request: RunRequest, failures: Failures, console: Console) -> None:
    if not logs_json(console):
        signs = signs_for(has_unicode=console.err.has_unicode)
        console.note(render_summary(result, failures, _resume_command(request, result.run_id), console, signs))


def _write_result(result: RunResult, request: RunRequest, console: Console, chosen: Format) -> None:
    if chosen == "json":
        from aetherflow.cli.render.results import run_json  # deferred: only for --json

        console.result_json(run_json(result))
    elif chosen != "text":
        write_findings(console, chosen, request.flow, result.diagnostics, ok=_exit_code(result) == 0)


def _resume_command(request: RunRequest, run_id: str) -> str:
    workflow = ["--workflow", request.workflow] if request.workflow else []
    return shlex.join(["aetherflow", "run", request.flow, *workflow, "--resume", run_id])


def _exit_code(result: RunResult) -> int:
    if result.interrupted_by is not None:
        return 128 + result.interrupted_by
    return 0 if result.status is RunStatus.SUCCESS else EXIT_FAILED


COMMAND = Command(
    name="run",
    description="""Run a flow once, to the end: its jobs one after another, each job's steps in order. Every step's
    outcome is kept before the next one starts, so that a run that failed or was killed is continued with --resume.

    Progress goes to stderr; stdout carries the result, with --json, and nothing else. The exit code is 0 for a run that
    succeeded, 1 for one that failed, 2 where the input is wrong, 4 where somebody else has the run, 130 or 143 after an
    interrupt.""",
    action=run,
    arguments=(Argument("flow", "The flow's file, or - for standard input."),),
    options=(
        Option(
            names=("--param",),
            kind="many",
            metavar="NAME=VALUE",
            help="Give a parameter of the flow its value; may be repeated.",
        ),
        Option(
            names=("--job",),
            kind="many",
            metavar="ID",
            help="Run only this job and what it depends on; may be repeated.",
        ),
        Option(names=("--only",), help="With --job: leave out what the jobs depend on."),
        WORKFLOW,
        Option(
            names=("--resume",),
            kind="optional",
            metavar="RUN_ID",
            help="Continue a run: the one named, else the newest unfinished run of this flow. The value is the next "
            "word that is no option, so FLOW stands first.",
        ),
        Option(names=("--accept-changes",), help="With --resume: go on although finished steps were changed since."),
        Option(
            names=("--redo",),
            kind="many",
            metavar="JOB.STEP",
            help="With --resume: run this step again, whatever is recorded of it; may be repeated.",
        ),
        Option(
            names=("--assume-done",),
            kind="many",
            metavar="JOB.STEP",
            help="With --resume: go on as if this step, in flight when the run died, had succeeded; may be repeated.",
        ),
        Option(names=("--run-id",), kind="value", metavar="RUN_ID", help="Name the new run; else a name is made up."),
        Option(names=("--fail-fast",), help="Start nothing more after a failure."),
        Option(names=("--dry-run",), help="Print what would run, with inputs as far as they are known; run nothing."),
        STRICT_ENV,
        FINDING_FORMATS,
        JSON,
        NO_COLOR,
        QUIET,
        VERBOSE,
    ),
    examples=(
        ("aetherflow run flow.yaml --param day=2026-01-31", "run once, with a parameter"),
        ("aetherflow run flow.yaml --resume", "continue the newest run that failed or was interrupted"),
        ("aetherflow run flow.yaml --job load --dry-run", "what would run for one job"),
        ("aetherflow run flow.yaml --json | jq .status", "for a program"),
    ),
)
