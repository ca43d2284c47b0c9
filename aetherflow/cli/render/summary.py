"""What is said at the end of a run: its jobs, what failed in full, and how to go on."""

from msgspec import Struct

from aetherflow.cli.console import Console, Look, Verbosity
from aetherflow.cli.render.diagnostics import NARROWEST
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.tables import render_table, shortened
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.result import JobReport, RunResult
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.events.segments import Line, Segment, harmless
from aetherflow.core.events.wording import Signs, counted, duration, place_of, sign_of

MOST_JOBS = 40
MOST_FAILURES = 10
_NAME, _REASON = 1, 5  # columns of the table
_LEAST_NAME, _LEAST_REASON = 6, 10  # cells that are left of them on a narrow terminal
_ENDS_OF_JOBS = (EventType.JOB_GATED, EventType.JOB_FINISHED)


class Failure(Struct, frozen=True):
    """A step that failed, or a job that did without its steps, in full."""

    what: str  # step or job
    place: str
    error: str
    hint: str | None
    attempts: int


class Heard:
    """Listens for what a result does not hold: failures with their hints, and how many steps each job has."""

    def __init__(self) -> None:
        self.steps_of: dict[str, int] = {}
        self.found: list[Failure] = []
        self.count = 0
        self._jobs_of_steps: set[str | None] = set()

    def __call__(self, event: Event) -> None:
        if event.type in (EventType.RUN_STARTED, EventType.RUN_RESUMED):
            self.steps_of = event.payload.get("steps_of", {})
        elif event.payload.get("status") == "FAILED":
            self._hear_failure(event)

    def _hear_failure(self, event: Event) -> None:
        if event.type is EventType.STEP_FINISHED:
            self._jobs_of_steps.add(event.job_id)
            self._add("step", event, event.payload.get("error"))
        elif event.type in _ENDS_OF_JOBS and event.job_id not in self._jobs_of_steps:
            self._add("job", event, event.payload.get("reason"))

    def _add(self, what: str, event: Event, error: object) -> None:
        self.count += 1
        if len(self.found) < MOST_FAILURES:
            text = str(error or "no reason was given")
            hint, attempts = event.payload.get("hint"), event.payload.get("attempts") or 1
            self.found.append(Failure(what, place_of(event), text, hint, attempts))

    def tells_job(self, job_id: str) -> bool:
        """Tell whether a job's own failure is among those that are told in full."""
        return any(failure.what == "job" and failure.place == job_id for failure in self.found)


def render_summary(result: RunResult, heard: Heard, resume_command: str, console: Console, signs: Signs) -> str:
    """Write the end of a run for people; quiet leaves what failed, and the last line where the run did."""
    colour = console.err.has_colour
    is_quiet = console.verbosity is Verbosity.QUIET
    parts = []
    if not is_quiet:
        rows = _fitted(_job_rows(result, heard, signs), console.err, signs)
        parts.append(render_table(rows, colour=colour))
    parts += [
        _failure_text(failure, colour=colour) for failure in heard.found if not _is_the_interrupt(failure, result)
    ]
    if heard.count > len(heard.found):
        parts.append(f"and {counted(heard.count - len(heard.found), 'more failure')}\n")
    if not is_quiet or result.status is not RunStatus.SUCCESS:
        parts.append(_verdict(result, resume_command, signs, colour=colour))
    return ("" if is_quiet else "\n") + "\n".join(part for part in parts if part)


def _fitted(rows: list[Line], look: Look, signs: Signs) -> list[Line]:
    """Shorten reasons, then names, until the table is no wider than the terminal."""
    if not look.is_terminal:
        return rows
    columns = max(NARROWEST, look.width)
    if any(len(row) > _REASON and row[_REASON].text for row in rows):
        rows = shortened(rows, _REASON, columns, least=_LEAST_REASON, ellipsis=signs.ellipsis)
    return shortened(rows, _NAME, columns, least=_LEAST_NAME, ellipsis=signs.ellipsis)


def _job_rows(result: RunResult, heard: Heard, signs: Signs) -> list[Line]:
    named = [*result.jobs.items(), *((f"handlers.{name}", report) for name, report in result.handlers.items())]
    if len(named) <= MOST_JOBS:
        return [_job_row(name, report, heard, signs) for name, report in named]
    notable = [(name, report) for name, report in named if report.status is not JobStatus.SUCCESS][:MOST_JOBS]
    rows = [_job_row(name, report, heard, signs) for name, report in notable]
    return [*rows, [Segment(signs.ellipsis), Segment(f"and {counted(len(named) - len(rows), 'more job')}", "dim")]]


def _job_row(name: str, report: JobReport, heard: Heard, signs: Signs) -> Line:
    sign, style = sign_of(report.status, signs)
    is_told_below = _has_failed_step(report) or heard.tells_job(name)
    return [
        Segment(sign, style),
        Segment(name),
        Segment(report.status.value, style),
        Segment(_amount(report, heard.steps_of.get(name, 0)), "dim"),
        Segment(duration(report.duration_seconds) if report.duration_seconds else "", "dim"),
        Segment("" if is_told_below else harmless(report.reason or "").partition("\n")[0], "dim"),
    ]


def _has_failed_step(report: JobReport) -> bool:
    """Tell whether the reason is a step's, which is told in full below the table."""
    return any(step.status is StepStatus.FAILED for step in report.steps.values())


def _amount(report: JobReport, steps: int) -> str:
    """Say how much of a job was done; ``steps`` is how many it has, where that was heard."""
    if report.items is not None:
        return counted(len(report.items), "item")
    done = sum(step.status is not StepStatus.FAILED for step in report.steps.values())
    total = max(steps, len(report.steps)) if report.steps else 0
    return f"{done} of {counted(total, 'step')}" if done < total else counted(done, "step") if done else ""


def _failure_text(failure: Failure, *, colour: bool) -> str:
    after = f" after {failure.attempts} attempts" if failure.attempts > 1 else ""
    lines = [f"{paint('error', 'bad', colour=colour)}: {failure.what} {failure.place} failed{after}"]
    lines += [f"  {line}".rstrip() for line in harmless(failure.error).strip("\n").split("\n")]
    if failure.hint:
        first, *more = harmless(failure.hint).split("\n")
        lines += [f"  = {first}", *(f"    {line}" for line in more)]
    return "\n".join(lines) + "\n"


def _is_the_interrupt(failure: Failure, result: RunResult) -> bool:
    """Tell whether a step failed because the run was interrupted: the last line says that already."""
    return result.interrupted_by is not None and failure.error.startswith("interrupted by ")


def _verdict(result: RunResult, resume_command: str, signs: Signs, *, colour: bool) -> str:
    sign, style = sign_of(result.status, signs)
    status = paint(f"{sign} {result.status}", style, colour=colour)
    verdict = f"{status} {result.flow_id}: run {result.run_id} in {duration(result.duration_seconds)}\n"
    if result.status in (RunStatus.FAILED, RunStatus.INTERRUPTED):
        verdict += f"  = to continue: {paint(resume_command, 'strong', colour=colour)}\n"
    return verdict
