"""What hooks make of a job, and of each item of a loop: whether it begins, and whether it stands as it ended."""

from collections.abc import Sequence
from typing import Any

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.hook import PluginHook
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.runner.gates import Closed
from aetherflow.core.runner.history import History, Place
from aetherflow.core.runner.hooks.outcomes import Passed, Vetoed
from aetherflow.core.runner.hooks.where import where_of_place
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedJob, PlannedStep

INTERRUPTED = "the run was interrupted"


def before_job(run: RunParts, job: PlannedJob, place: Place) -> Closed | None:
    """Ask the hooks whether a job or item may begin; None lets it. What an earlier execution finished asks nobody."""
    if run.hooks is None or is_finished(run.history, job, place):
        return None
    recorded = _vetoed_before(run.history, job, place)
    if recorded:
        return recorded
    _make_durable(run, PluginHook.BEFORE_JOB)
    try:
        asked = run.hooks.before_job(where_of_place(place))
    except Interrupted:
        return Closed(JobStatus.NOT_RUN, INTERRUPTED)
    if isinstance(asked, Passed):
        return None
    return Closed(JobStatus.SKIPPED if isinstance(asked, Vetoed) else JobStatus.FAILED, asked.words)


def after_job(run: RunParts, job: PlannedJob, place: Place, status: JobStatus, outputs: Any) -> Closed | None:
    """Tell the hooks how a job or item has ended; gives what that is changed to, where a hook fails."""
    if run.hooks is None or status is JobStatus.NOT_RUN or is_finished(run.history, job, place):
        return None
    _make_durable(run, PluginHook.AFTER_JOB)
    try:
        asked = run.hooks.after_job(where_of_place(place), status, outputs)
    except Interrupted:  # whoever resumes asks the hooks again
        return None if status is JobStatus.FAILED else Closed(JobStatus.NOT_RUN, INTERRUPTED)
    return None if isinstance(asked, Passed) else Closed(JobStatus.FAILED, asked.words)


def _make_durable(run: RunParts, hook: PluginHook) -> None:
    """Commit what is done, where a hook follows: however that ends, no step is run twice for it."""
    if run.hooks and run.hooks.asks_at(hook):
        run.recorder.commit()


def is_finished(history: History, job: PlannedJob, place: Place) -> bool:
    """Tell a job or item that an earlier execution has ended SUCCESS, and of which nothing is to be done again."""
    record = history.jobs.get(place)
    if record is None or record.status is not JobStatus.SUCCESS:
        return False
    if job.definition.for_each is None or place.item >= 0:
        return _are_settled(history, place, job.steps)
    return all(_is_done(history, job, Place(job.id, index)) for index in range(len(record.items or ())))


def _is_done(history: History, job: PlannedJob, place: Place) -> bool:
    return _vetoed_before(history, job, place) is not None or _are_settled(history, place, job.steps)


def _are_settled(history: History, place: Place, steps: Sequence[PlannedStep]) -> bool:
    for step in steps:
        record = history.settled(place, step.definition.id)
        if record is None:
            return False
        if record.status is StepStatus.SKIPPED and step.definition.on_no_data == "skip_job":
            return True
    return True


def _vetoed_before(history: History, job: PlannedJob, place: Place) -> Closed | None:
    """Give the veto against an item that is on record: it stands, as that against a job does."""
    record = history.jobs.get(place)
    if place.item < 0 or record is None or record.status is not JobStatus.SKIPPED:
        return None
    has_begun = (place, job.steps[0].definition.id) in history.steps
    return None if has_begun else Closed(JobStatus.SKIPPED, record.reason or "skipped by an earlier execution")
