"""What earlier executions of this run recorded. The resume decision reads only this."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from aetherflow.core.contracts.result import StepReport
from aetherflow.core.contracts.status import JobStatus, StepStatus
from aetherflow.core.state.records import JobRecord, StepRecord

#: The item of a job that is no loop.
WHOLE_JOB = -1
#: Begins what stands in the place of a job's id where a handler's steps run.
HANDLER_PREFIX = "handlers."


class Place(Struct, frozen=True):
    """Where steps run: a job, or one item of a loop's job."""

    job_id: str
    item: int = WHOLE_JOB


def is_handler(place: Place) -> bool:
    """Tell a handler's place from a job's."""
    return place.job_id.startswith(HANDLER_PREFIX)


class History(Struct, frozen=True):
    """Records by their keys; empty for a new run."""

    steps: Mapping[tuple[Place, str], StepRecord] = {}
    jobs: Mapping[Place, JobRecord] = {}

    def settled(self, place: Place, step_id: str) -> StepRecord | None:
        """Give the record of a step that is not to be run again."""
        record = self.steps.get((place, step_id))
        return record if record and is_settled(record) else None

    def skipped(self, job_id: str) -> JobRecord | None:
        """Give the record of a job whose gate was found closed by its own `when` or an empty loop."""
        record = self.jobs.get(Place(job_id))
        return record if record and record.status is JobStatus.SKIPPED else None


def is_settled(record: StepRecord) -> bool:
    """Tell whether a step is done for good: SUCCESS and SKIPPED stand, FAILED and in flight do not."""
    return record.status in (StepStatus.SUCCESS, StepStatus.SKIPPED)


def history_of(steps: Iterable[StepRecord], jobs: Iterable[JobRecord]) -> History:
    """Index records by place."""
    return History(
        steps={(Place(record.job_id, record.item), record.step_id): record for record in steps},
        jobs={Place(record.job_id, record.item): record for record in jobs},
    )


def report_of(record: StepRecord) -> StepReport:
    """Give a settled step's report back as it was."""
    return StepReport(
        status=record.status or StepStatus.FAILED,
        outputs=record.outputs or {},
        attempts=record.attempts,
        duration_seconds=max(0.0, (record.finished_at or 0.0) - (record.started_at or 0.0)),
        error=record.error,
        reason=record.reason,
    )
