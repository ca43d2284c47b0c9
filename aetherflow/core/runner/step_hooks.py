"""What hooks make of a step: of its inputs, of what an attempt has left, of a further attempt."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.hook import PluginHook
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.contracts.step import StepResult
from aetherflow.core.runner.history import Place
from aetherflow.core.runner.hooks.outcomes import Broken, Passed, Vetoed
from aetherflow.core.runner.hooks.where import where_of_place
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedStep
from aetherflow.core.runner.retry import Failure, GiveUp, RetryAt
from aetherflow.core.runner.step_outcome import Failed


class Given(Struct, frozen=True):
    """The inputs of an attempt, and what is to be said of them where it fails."""

    inputs: dict[str, Any]
    hint: str | None = None


def before_step(
    run: RunParts, place: Place, step: PlannedStep, attempt: int, inputs: dict[str, Any]
) -> Given | StepResult | Failed:
    """Ask the hooks about the inputs of an attempt: a veto skips the step, a failure is that of the attempt."""
    if run.hooks is None:
        return Given(inputs)
    where = where_of_place(place, step.definition.id, attempt)
    asked = run.hooks.before_step(where, step.definition.type, inputs)
    if isinstance(asked, Vetoed):
        return StepResult(StepStatus.SKIPPED, {}, reason=asked.words)
    if isinstance(asked, Broken):
        return Failed(Failure(asked.words))
    if not asked.changed_by:
        return Given(inputs)
    run.recorder.commit()  # what a step is given is on record before it begins, however it ends
    return Given(asked.data["inputs"], f"its inputs were changed by {', '.join(asked.changed_by)}")


def after_step(
    run: RunParts, place: Place, step: PlannedStep, attempt: int, outcome: StepResult | Failed
) -> StepResult | Failed:
    """Ask the hooks about what an attempt has left: a veto fails the step, a failure fails the attempt."""
    if run.hooks is None:
        return outcome
    where = where_of_place(place, step.definition.id, attempt)
    if isinstance(outcome, Failed):
        asked = run.hooks.after_step(where, StepStatus.FAILED, outcome.outputs, outcome.failure.message)
        if isinstance(asked, Passed):
            return replace(outcome, outputs=asked.data["outputs"])
        words = f"{outcome.failure.message}; {asked.words}"
        return replace(outcome, failure=replace(outcome.failure, message=words, final=isinstance(asked, Vetoed)))
    asked = run.hooks.after_step(where, StepStatus(outcome.status), outcome.outputs, None)
    if isinstance(asked, Passed):
        return replace(outcome, outputs=asked.data["outputs"])
    return Failed(Failure(asked.words, final=isinstance(asked, Vetoed)), outcome.outputs)


def on_retry(
    run: RunParts, place: Place, step: PlannedStep, attempt: int, failure: Failure, decision: RetryAt
) -> RetryAt | GiveUp:
    """Ask the hooks about a further attempt: a veto and a failure leave it at this one."""
    if run.hooks is None:
        return decision
    where = where_of_place(place, step.definition.id, attempt)
    asked = run.hooks.on_retry(where, failure.message, decision.delay_seconds)
    return RetryAt(asked.data["delay_seconds"]) if isinstance(asked, Passed) else GiveUp(asked.words)


def on_error(run: RunParts, place: Place, step_id: str, attempt: int, error: str) -> None:
    """Tell the hooks that a step has failed for good: that is on record before, and nothing changes it."""
    if run.hooks is None or not run.hooks.asks_at(PluginHook.ON_ERROR):
        return
    run.recorder.commit()
    try:
        run.hooks.on_error(where_of_place(place, step_id, attempt), error)
    except Interrupted:
        return  # the run loop sees that a signal came
