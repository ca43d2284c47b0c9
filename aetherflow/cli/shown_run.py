"""One run as its user sees it: progress while it goes, a summary at its end, the result on stdout."""

import gc
import shlex
from contextlib import closing

from msgspec.structs import replace

from aetherflow.cli.console import Console, Verbosity
from aetherflow.cli.options import Format
from aetherflow.cli.render.diagnostics import write_findings
from aetherflow.cli.render.failures import Heard
from aetherflow.cli.render.progress import Progress, logs_json, open_progress
from aetherflow.cli.render.summary import render_recorded, render_summary
from aetherflow.cli.told import options_of
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.events.wording import signs_for
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.plugins.tracing import Watcher
from aetherflow.core.runner.printed_lines import shown_prints

EXIT_FAILED = 1


def show_plan(request: RunRequest, console: Console, chosen: Format) -> int:
    """Write what would run; gives the exit code."""
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


def show_run(request: RunRequest, console: Console, chosen: Format) -> int:
    """Run the flow and show it; gives the exit code."""
    from aetherflow.core.operations.run_flow import run as run_flow  # deferred: a dry run does without the runner

    heard = Heard()
    console.streams.keep_stdout_for_the_result()
    with shown_prints() as printed, closing(open_progress(console)) as progress:
        watcher = _plugin_watcher(request, console, progress)
        result = run_flow(
            request,
            listeners=[progress, heard, _collect_garbage_again],
            plugin_watcher=watcher,
            printed=printed,
        )
    _tell(result, request, heard, console)
    _write_result(result, request, console, chosen)
    return _exit_code(result)


def _plugin_watcher(request: RunRequest, console: Console, progress: Progress) -> Watcher | None:
    """Give what shows the trace of plugins; who is quiet finds it in the run's plugins.log."""
    if not request.debug_plugins or console.verbosity is Verbosity.QUIET:
        return None
    from aetherflow.cli.render.trace import shown_trace  # deferred: only wanted to debug plugins

    return shown_trace(console, progress)


def _collect_garbage_again(event: Event) -> None:
    """Turn the collector on once the flow is loaded; what the start made stays for good, and is not looked at again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _tell(result: RunResult, request: RunRequest, heard: Heard, console: Console) -> None:
    if logs_json(console):
        return
    if result.recorded:
        console.note("" if console.verbosity is Verbosity.QUIET else render_recorded(result))
    else:
        signs = signs_for(has_unicode=console.err.has_unicode)
        console.note(render_summary(result, heard, _resume_command(request, result.run_id), console, signs))


def _write_result(result: RunResult, request: RunRequest, console: Console, chosen: Format) -> None:
    if chosen == "text":
        return
    findings = console.reader.tell_all(result.diagnostics)
    if chosen == "json":
        from aetherflow.cli.render.results import run_json  # deferred: only for the form for programs

        console.result_json(run_json(replace(result, diagnostics=findings)))
    else:
        write_findings(console, chosen, request.flow, findings, ok=_exit_code(result) == 0)


def _resume_command(request: RunRequest, run_id: str) -> str:
    """Give the command that goes on: what says where the flow and its plugins are, and not what chose the jobs."""
    flow = [request.flow] if request.flow else []  # none where the manifest names it
    workflow = ["--workflow", request.workflow] if request.workflow else []
    return shlex.join(["aetherflow", "run", *flow, *workflow, *options_of(request), "--resume", run_id])


def _exit_code(result: RunResult) -> int:
    if result.interrupted_by is not None:
        return 128 + result.interrupted_by
    return 0 if result.status is RunStatus.SUCCESS else EXIT_FAILED
