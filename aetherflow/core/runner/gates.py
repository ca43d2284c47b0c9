"""Whether a job may run: a pure decision over what is known so far."""

from collections.abc import Mapping

from msgspec import Struct

from aetherflow.core.contracts.result import JobReport
from aetherflow.core.contracts.status import JobStatus, RunStatus
from aetherflow.core.runner.plan import Plan, PlannedJob


class Closed(Struct, frozen=True):
    """The job does not run: its status, and why."""

    status: JobStatus
    reason: str


def gate_of(job: PlannedJob, plan: Plan, outcomes: Mapping[str, JobReport], stopped: str | None) -> Closed | None:
    """Decide before the job's own `when` is asked; None lets it pass. ``stopped`` says why the run starts no more."""
    if not job.selected:
        return Closed(JobStatus.NOT_RUN, "not selected")
    if stopped:
        return Closed(JobStatus.NOT_RUN, stopped)
    for needed in job.definition.depends_on:
        outcome = outcomes[needed]
        if plan.only and outcome.status is JobStatus.NOT_RUN:
            continue  # --only: a dependency that was left out on purpose blocks nothing
        if not satisfies(outcome, needed in plan.tolerated):
            return Closed(JobStatus.BLOCKED, f'job "{needed}" ended {outcome.status}')
    return None


def satisfies(outcome: JobReport, continue_on_error: bool) -> bool:
    """Tell whether a job's dependents may run."""
    return outcome.status is JobStatus.SUCCESS or (continue_on_error and outcome.status is JobStatus.FAILED)


def status_of_run(plan: Plan, outcomes: Mapping[str, JobReport], signal_number: int | None) -> RunStatus:
    """Decide the run's status from its jobs'."""
    if signal_number is not None:
        return RunStatus.INTERRUPTED
    return RunStatus.FAILED if failed_jobs(plan, outcomes) else RunStatus.SUCCESS


def failed_jobs(plan: Plan, outcomes: Mapping[str, JobReport]) -> list[str]:
    """Name the jobs that make the run FAILED, in the order of the run."""
    return [job.id for job in plan.jobs if job.id in outcomes and fails_run(job, outcomes[job.id])]


def fails_run(job: PlannedJob, outcome: JobReport) -> bool:
    """Tell whether a job's outcome makes the run FAILED."""
    return outcome.status is JobStatus.FAILED and not job.definition.continue_on_error
