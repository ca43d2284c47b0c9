"""What failed in a run, heard while it went, and which of it is told in full at the end."""

from msgspec import Struct

from aetherflow.cli.render.paint import paint
from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.events.segments import harmless
from aetherflow.core.events.wording import counted, place_of

MOST_FAILURES = 10
_ENDS_OF_JOBS = (EventType.JOB_GATED, EventType.JOB_FINISHED)


class Failure(Struct, frozen=True):
    """A step that failed, or a job that did without its steps, in full."""

    what: str  # step or job
    job_id: str
    place: str
    error: str
    hint: str | None
    attempts: int


class Heard:
    """Listens for what a result does not hold: failures with their hints, and how many steps each job has."""

    def __init__(self) -> None:
        self.steps_of: dict[str, int] = {}
        self.found: list[Failure] = []
        self.counts: dict[str, int] = {}  # failures by job
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
        job_id = event.job_id or ""
        self.counts[job_id] = self.counts.get(job_id, 0) + 1
        if self.counts[job_id] <= MOST_FAILURES:  # a loop may fail ten thousand times
            text = str(error or "no reason was given")
            hint, attempts = event.payload.get("hint"), event.payload.get("attempts") or 1
            self.found.append(Failure(what, job_id, place_of(event), text, hint, attempts))


class ToldFailures(Struct, frozen=True):
    """The failures that are told at the end: what was tolerated first, then errors; ``more`` are only counted."""

    warnings: list[Failure]
    errors: list[Failure]
    more: int
    tolerated_jobs: frozenset[str]

    def tells_job(self, job_id: str) -> bool:
        """Tell whether a job's own failure is told, so that its reason need not stand elsewhere."""
        return any(failure.what == "job" and failure.job_id == job_id for failure in (*self.warnings, *self.errors))

    def texts(self, *, colour: bool) -> list[str]:
        """Write each failure, and how many more there are."""
        texts = [_failure_text(failure, is_tolerated=True, colour=colour) for failure in self.warnings]
        texts += [_failure_text(failure, is_tolerated=False, colour=colour) for failure in self.errors]
        return [*texts, f"and {counted(self.more, 'more failure')}\n"] if self.more else texts


def told_failures(result: RunResult, heard: Heard, *, is_quiet: bool) -> ToldFailures:
    """Choose what is told in full: errors before what was tolerated, of which quiet tells nothing."""
    tolerated = _tolerated_jobs(result)
    found = [failure for failure in heard.found if not _is_the_interrupt(failure, result)]
    errors = [failure for failure in found if failure.job_id not in tolerated]
    warnings = [failure for failure in found if failure.job_id in tolerated and not is_quiet]
    told_errors = errors[:MOST_FAILURES]
    told_warnings = warnings[: MOST_FAILURES - len(told_errors)]
    count = sum(count for job_id, count in heard.counts.items() if not (is_quiet and job_id in tolerated))
    interrupts = len(heard.found) - len(found)
    return ToldFailures(
        warnings=told_warnings,
        errors=told_errors,
        more=max(0, count - interrupts - len(told_errors) - len(told_warnings)),
        tolerated_jobs=tolerated,
    )


def _tolerated_jobs(result: RunResult) -> frozenset[str]:
    """Name the jobs whose failure is a mere warning; a finding knows its job by its place among the flow's jobs."""
    names = list(result.jobs)
    paths = [
        finding.path
        for finding in result.diagnostics
        if finding.code == "AF-R301" and finding.severity is Severity.WARNING
    ]
    return frozenset(names[path[1]] for path in paths if path[:1] == ("jobs",) and isinstance(path[1], int))


def _failure_text(failure: Failure, *, is_tolerated: bool, colour: bool) -> str:
    after = f" after {failure.attempts} attempts" if failure.attempts > 1 else ""
    word = paint("warning", "warn", colour=colour) if is_tolerated else paint("error", "bad", colour=colour)
    consequence = " (continue_on_error: the run goes on)" if is_tolerated else ""
    lines = [f"{word}: {failure.what} {failure.place} failed{after}{consequence}"]
    lines += [f"  {line}".rstrip() for line in harmless(failure.error).strip("\n").split("\n")]
    if failure.hint:
        first, *more = harmless(failure.hint).split("\n")
        lines += [f"  = {first}", *(f"    {line}" for line in more)]
    return "\n".join(lines) + "\n"


def _is_the_interrupt(failure: Failure, result: RunResult) -> bool:
    """Tell whether a step failed because the run was interrupted: the last line says that already."""
    return result.interrupted_by is not None and failure.error.startswith("interrupted by ")
