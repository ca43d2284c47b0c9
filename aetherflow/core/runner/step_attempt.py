"""One attempt of a step, whatever its code does: it ends as a result or as a failure, never as an exception."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import AetherFlowError, Interrupted, StepFailed
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.contracts.step import StepResult
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.foreign_error import described_in_full
from aetherflow.core.runner.foreign_text import readable
from aetherflow.core.runner.history import Place
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedStep
from aetherflow.core.runner.printed_lines import printing_at
from aetherflow.core.runner.retry import Failure
from aetherflow.core.runner.scopes import with_roots
from aetherflow.core.runner.step_context import RunningStep, where_of
from aetherflow.core.runner.step_hooks import Given, after_step, before_step
from aetherflow.core.runner.step_outcome import Done, Failed, FinalFailure
from aetherflow.core.runner.step_result import checked_result, json_copy


class Deadline(Struct, frozen=True):
    """The moment, in monotonic seconds, when a step's time is over, and the words for whose time that was."""

    at: float | None = None
    words: str = ""


def attempt_step(
    run: RunParts, place: Place, step: PlannedStep, scope: Scope, attempt: int, make_deadline: Callable[[], Deadline]
) -> Done | Failed:
    """Render the inputs, call the step's code, judge what came back; hooks are asked before and after the call.

    ``make_deadline`` is asked right before the call: the time of hooks is not the step's.

    Raises Interrupted, and nothing else that the code of a step or hook can cause.
    """
    lost = run.locks.loss_at(place)
    if lost:
        return Failed(Failure(lost, final=True))
    try:
        inputs = _rendered(run, "inputs", step.definition.inputs, scope)
    except Exception as error:  # noqa: BLE001  # whatever an earlier step's values do to a template fails this one
        return _failed_by(error, step.contribution)
    given = before_step(run, place, step, attempt, inputs)
    if not isinstance(given, Given):
        return given if isinstance(given, Failed) else _promoted(run, step, scope, given)
    deadline = make_deadline()
    ctx = RunningStep(run, place, step, scope, attempt, deadline.at)
    outcome = after_step(run, place, step, attempt, _called(run, place, step, ctx, given.inputs, deadline))
    if isinstance(outcome, StepResult):
        return _promoted(run, step, scope, outcome)
    return _with_hint(outcome, given.hint) if given.hint else outcome


def _called(
    run: RunParts, place: Place, step: PlannedStep, ctx: RunningStep, inputs: dict[str, Any], deadline: Deadline
) -> StepResult | Failed:
    """Call the step's code inside the interrupt window, and judge what came back."""
    try:
        caller = run.callers.caller(step.contribution)
        try:
            with printing_at(where_of(ctx)), run.gate.window():
                returned = caller.call(ctx, inputs)
        finally:
            ctx.end()
        result = checked_result(returned, step.contribution)
        run.variables.check()
    except BaseException as error:  # foreign code: all that it raises is the step's failure
        if isinstance(error, Interrupted) and run.gate.requested is not None:
            raise
        return _failed_by(error, step.contribution)
    if ctx.remaining_seconds() == 0:
        return Failed(Failure(deadline.words, timed_out=True), result.outputs)
    if lost := run.locks.loss_at(place):
        return Failed(Failure(lost, final=True), result.outputs)
    if result.status is StepStatus.FAILED:
        return Failed(Failure(result.error or "the step gave no reason"), result.outputs)
    return result


def promote(run: RunParts, step: PlannedStep, scope: Scope, result: StepResult) -> dict[str, Any]:
    """Render what the job takes of a step's result; raises TemplateError. Of a SKIPPED step what is missing is null."""
    outputs = step.definition.outputs
    if not outputs:
        return {}
    with_result = with_roots(scope, result=result.outputs)
    if result.status is StepStatus.SUCCESS:
        return dict(_rendered(run, "outputs", outputs, with_result))
    return {key: _rendered_or_null(value, with_result) for key, value in outputs.items()}


def _promoted(run: RunParts, step: PlannedStep, scope: Scope, result: StepResult) -> Done | Failed:
    try:
        return Done(result, promote(run, step, scope, result))
    except TemplateError as error:
        return Failed(Failure(str(error), final=True), result.outputs)


def _rendered(run: RunParts, name: str, value: Any, scope: Scope) -> Any:
    # Under its name, so that an error says "inputs.message" and not "message".
    return render({name: value}, scope, strict=run.strict_templates, warn=run.warn)[name]


def _rendered_or_null(value: Any, scope: Scope) -> Any:
    try:
        return render(value, scope)
    except TemplateError:
        return None


def _with_hint(failed: Failed, hint: str) -> Failed:
    return replace(failed, failure=replace(failed.failure, hint=failed.failure.hint or hint))


def _failed_by(error: BaseException, contribution: Contribution) -> Failed:
    if isinstance(error, TemplateError):
        return Failed(Failure(str(error), final=True))
    if isinstance(error, StepFailed):
        return _own_failure(error)
    if isinstance(error, AetherFlowError):  # what ctx itself refuses, in its own words
        return Failed(Failure(readable(error.message), hint=_hint(error)))
    return Failed(Failure(described_in_full(error, contribution)))


def _own_failure(error: StepFailed) -> Failed:
    failure = Failure(
        readable(error.message),
        hint=_hint(error),
        exit_code=error.exit_code if isinstance(error.exit_code, int) else None,
        timed_out=bool(error.timed_out),
        final=isinstance(error, FinalFailure) and error.final,
    )
    return Failed(failure, _json_or_nothing(error.outputs))


def _hint(error: StepFailed | AetherFlowError) -> str | None:
    return None if error.hint is None else readable(error.hint)


def _json_or_nothing(outputs: dict[str, object]) -> dict[str, Any]:
    try:
        return dict(json_copy(outputs))
    except Exception:  # noqa: BLE001  # foreign values: no JSON, no mapping, or without end
        return {}
