"""What is said at the end of a run: its jobs, what failed in full, and how to go on."""

from aetherflow.cli.console import NARROWEST, Console, Look, Verbosity
from aetherflow.cli.render.failures import Heard, ToldFailures, told_failures
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.tables import render_table, shortened
from aetherflow.core.contracts.result import JobReport, RunResult
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.events.segments import Line, Segment, harmless
from aetherflow.core.events.wording import Signs, counted, duration, sign_of

MOST_JOBS = 40
_NAME, _REASON = 1, 5  # columns of the table
_LEAST_NAME, _LEAST_REASON = 6, 10  # cells that are left of them on a narrow terminal


def render_summary(result: RunResult, heard: Heard, resume_command: str, console: Console, signs: Signs) -> str:
    """Write the end of a run for people; quiet leaves what failed, and the last line where the run did."""
    colour = console.err.has_colour
    is_quiet = console.verbosity is Verbosity.QUIET
    told = told_failures(result, heard, is_quiet=is_quiet)
    parts = []
    if not is_quiet:
        rows = _fitted(_job_rows(result, heard, told, signs), console.err, signs)
        parts.append(render_table(rows, colour=colour))
    parts += told.texts(colour=colour)
    if not is_quiet or result.status is not RunStatus.SUCCESS:
        parts.append(_verdict(result, resume_command, signs, colour=colour))
    return ("" if is_quiet else "\n") + "\n".join(part for part in parts if part)


def render_recorded(result: RunResult) -> str:
    """Say that a run had ended before, and that nothing was done now."""
    return f"run {result.run_id} ended {result.status} before; nothing was run\n"


def _fitted(rows: list[Line], look: Look, signs: Signs) -> list[Line]:
    """Shorten reasons, then names, until the table is no wider than the terminal."""
    if not look.is_terminal:
        return rows
    columns = max(NARROWEST, look.width)
    if any(len(row) > _REASON and row[_REASON].text for row in rows):
        rows = shortened(rows, _REASON, columns, least=_LEAST_REASON, ellipsis=signs.ellipsis)
    return shortened(rows, _NAME, columns, least=_LEAST_NAME, ellipsis=signs.ellipsis)


def _job_rows(result: RunResult, heard: Heard, told: ToldFailures, signs: Signs) -> list[Line]:
    named = [*result.jobs.items(), *((f"handlers.{name}", report) for name, report in result.handlers.items())]
    if len(named) <= MOST_JOBS:
        return [_job_row(name, report, heard.steps_of.get(name, 0), told, signs) for name, report in named]
    notable = [(name, report) for name, report in named if report.status is not JobStatus.SUCCESS][:MOST_JOBS]
    rows = [_job_row(name, report, heard.steps_of.get(name, 0), told, signs) for name, report in notable]
    return [*rows, [Segment(signs.ellipsis), Segment(f"and {counted(len(named) - len(rows), 'more job')}", "dim")]]


def _job_row(name: str, report: JobReport, steps: int, told: ToldFailures, signs: Signs) -> Line:
    sign, style = sign_of(report.status, signs)
    is_told_below = _has_failed_step(report) or told.tells_job(name)
    is_tolerated = report.status is JobStatus.FAILED and name in told.tolerated_jobs
    return [
        Segment(sign, style),
        Segment(name),
        Segment(f"{report.status.value} (tolerated)" if is_tolerated else report.status.value, style),
        Segment(_amount(report, steps), "dim"),
        Segment(duration(report.duration_seconds) if report.duration_seconds else "", "dim"),
        Segment("" if is_told_below else harmless(report.reason or "").partition("\n")[0], "dim"),
    ]


def _has_failed_step(report: JobReport) -> bool:
    """Tell whether the reason is a step's, which is told in full below the table."""
    return any(step.status is StepStatus.FAILED for step in report.steps.values())


def _amount(report: JobReport, steps: int) -> str:
    """Say how much of a job was done; ``steps`` is how many it has, where that was heard."""
    if report.items is not None:
        ended = sum(item.status is not JobStatus.NOT_RUN for item in report.items)
        part = f"{ended:,} of " if ended < len(report.items) else ""
        return part + counted(len(report.items), "item")
    done = sum(step.status is not StepStatus.FAILED for step in report.steps.values())
    total = max(steps, len(report.steps)) if report.steps else 0
    return f"{done} of {counted(total, 'step')}" if done < total else counted(done, "step") if done else ""


def _verdict(result: RunResult, resume_command: str, signs: Signs, *, colour: bool) -> str:
    sign, style = sign_of(result.status, signs)
    status = paint(f"{sign} {result.status}", style, colour=colour)
    verdict = f"{status} {result.flow_id}: run {result.run_id} in {duration(result.duration_seconds)}\n"
    if result.status in (RunStatus.FAILED, RunStatus.INTERRUPTED):
        verdict += f"  = to continue: {paint(resume_command, 'strong', colour=colour)}\n"
    return verdict
