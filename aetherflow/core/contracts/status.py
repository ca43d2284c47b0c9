"""The words for how steps, jobs and runs end."""

from enum import StrEnum


class StepStatus(StrEnum):
    """How one step ended. SKIPPED is a valid outcome, not a failure.

    Example::

        @register_step("count")
        def count(ctx, inputs):
            if not inputs["rows"]:
                return StepResult(status=STEP_SKIPPED, reason="there are no rows")
            return StepResult(status=STEP_SUCCESS, outputs={"count": len(inputs["rows"])})
    """

    SUCCESS = "SUCCESS"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


class JobStatus(StrEnum):
    """How one job ended, or why it did not begin."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    BLOCKED = "BLOCKED"
    NOT_RUN = "NOT_RUN"


class RunStatus(StrEnum):
    """The state of a whole run; only RUNNING is not final for its process."""

    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


STEP_SUCCESS = StepStatus.SUCCESS
STEP_SKIPPED = StepStatus.SKIPPED
STEP_FAILED = StepStatus.FAILED
