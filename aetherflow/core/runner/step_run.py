"""Runs one step to its end: record the intent, attempt until settled, record the outcome."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.result import StepReport
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.contracts.step import StepResult
from aetherflow.core.resolution.conditions import ConditionError, evaluate, parse_condition
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.history import Place, report_of
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedStep
from aetherflow.core.runner.retry import Failure, GiveUp, RetryAt, next_attempt
from aetherflow.core.runner.step_attempt import Deadline, attempt_step, promote
from aetherflow.core.runner.step_hooks import on_error, on_retry
from aetherflow.core.runner.step_outcome import Done, Failed
from aetherflow.core.state.records import StepRecord


class StepEnd(Struct, frozen=True):
    """A step's report, what its job promotes of it, and the hint that goes with its failure."""

    report: StepReport
    promoted: dict[str, object] = {}
    hint: str | None = None


def run_step(run: RunParts, place: Place, step: PlannedStep, scope: Scope, job_deadline: float | None) -> StepEnd:
    """Run a step unless an earlier execution settled it. A signal leaves it recorded as in flight."""
    recorded = run.history.settled(place, step.definition.id)
    if recorded:
        report = report_of(recorded)
        return StepEnd(report, promote(run, step, scope, StepResult(report.status, report.outputs)))
    return _StepRun(run, place, step, scope, job_deadline).to_the_end()


class _StepRun:
    """One step on its way through its attempts."""

    def __init__(
        self, run: RunParts, place: Place, step: PlannedStep, scope: Scope, job_deadline: float | None
    ) -> None:
        self._run = run
        self._place = place
        self._step = step
        self._scope = scope
        self._job_deadline = job_deadline
        self._emit = _emitter(run, place, step.definition.id)
        self._started_at = run.clock.now()
        self._started = run.clock.monotonic()
        self._attempt = 0

    def to_the_end(self) -> StepEnd:
        try:
            if not condition_holds(self._step.definition.when, self._scope):
                return self._skip("when is false")
        except ConditionError as error:
            return self._fail(Failed(Failure(f"when: {error}", final=True)))
        self._record(None)
        self._emit(EventType.STEP_STARTED, type=self._step.definition.type)
        self._run.recorder.commit()
        try:
            outcome = self._attempts()
        except Interrupted as interruption:
            return self._interrupted(interruption)
        return self._done(outcome) if isinstance(outcome, Done) else self._fail(outcome)

    def _attempts(self) -> Done | Failed:
        while True:
            self._attempt += 1
            outcome = attempt_step(self._run, self._place, self._step, self._scope, self._attempt, self._deadline)
            if isinstance(outcome, Done):
                return outcome
            failure = self._judged(outcome.failure)
            decision = next_attempt(self._step.definition.retry, self._attempt, failure, self._draw)
            if isinstance(decision, RetryAt):
                decision = on_retry(self._run, self._place, self._step, self._attempt, failure, decision)
            if isinstance(decision, GiveUp):
                return _given_up(outcome, decision.reason) if decision.reason else outcome
            self._wait(decision.delay_seconds, outcome.failure)

    def _judged(self, failure: Failure) -> Failure:
        over = self._job_deadline is not None and self._run.clock.monotonic() >= self._job_deadline
        return replace(failure, final=True) if over else failure

    def _wait(self, delay_seconds: float, failure: Failure) -> None:
        self._emit(EventType.STEP_RETRYING, attempt=self._attempt, error=failure.message, delay_seconds=delay_seconds)
        self._run.recorder.commit()
        with self._run.gate.window():
            self._run.gate.pause(delay_seconds, self._run.clock.sleep)

    def _deadline(self) -> Deadline:
        own = self._step.definition.timeout_seconds
        ends = None if own is None else self._run.clock.monotonic() + own
        if self._job_deadline is not None and (ends is None or self._job_deadline < ends):
            return Deadline(self._job_deadline, "the job's time was over before the step ended")
        return Deadline(ends, f"the step took longer than its timeout of {own:g} s" if own else "")

    def _draw(self) -> float:
        from random import Random  # deferred: 5 ms, only wanted where a policy asks for jitter

        return Random(f"{self._run.run_id}/{self._place}/{self._step.definition.id}/{self._attempt}").random()

    def _skip(self, reason: str) -> StepEnd:
        return self._done(Done(StepResult(StepStatus.SKIPPED, {}, reason=reason), {}))

    def _done(self, done: Done) -> StepEnd:
        result = done.result
        report = self._report(StepStatus(result.status), result.outputs, reason=result.reason)
        return StepEnd(self._settle(report), done.promoted)

    def _fail(self, failed: Failed) -> StepEnd:
        report = self._report(StepStatus.FAILED, failed.outputs, error=failed.failure.message)
        end = StepEnd(self._settle(report, failed.failure.hint), hint=failed.failure.hint)
        on_error(self._run, self._place, self._step.definition.id, self._attempt, failed.failure.message)
        return end

    def _interrupted(self, interruption: Interrupted) -> StepEnd:
        # The record stays in flight: nobody knows how far the step came.
        report = self._report(StepStatus.FAILED, {}, error=f"interrupted by {interruption.name}")
        self._announce(report, None)
        return StepEnd(report)

    def _settle(self, report: StepReport, hint: str | None = None) -> StepReport:
        self._record(report)
        self._announce(report, hint)
        for changed in self._run.variables.take_changes():
            self._run.recorder.record_variable(changed)
        return report

    def _announce(self, report: StepReport, hint: str | None) -> None:
        self._emit(
            EventType.STEP_FINISHED,
            status=report.status,
            duration_seconds=report.duration_seconds,
            attempts=report.attempts,
            error=report.error,
            reason=report.reason,
            hint=hint,
        )

    def _report(
        self, status: StepStatus, outputs: dict[str, object], *, error: str | None = None, reason: str | None = None
    ) -> StepReport:
        return StepReport(
            status=status,
            outputs=outputs,
            attempts=self._attempt,
            duration_seconds=self._run.clock.monotonic() - self._started,
            error=error,
            reason=reason,
        )

    def _record(self, report: StepReport | None) -> None:
        step = self._step
        self._run.recorder.record_step(
            StepRecord(
                flow_id=self._run.flow_id,
                run_id=self._run.run_id,
                job_id=self._place.job_id,
                item=self._place.item,
                step_id=step.definition.id,
                position=step.position,
                status=report.status if report else None,
                attempts=self._attempt,
                outputs=report.outputs if report else {},
                error=report.error if report else None,
                reason=report.reason if report else None,
                started_at=self._started_at,
                finished_at=self._started_at + report.duration_seconds if report else None,
                definition_digest=step.digest,
                plugin=step.contribution.plugin,
                plugin_digest=step.contribution.digest,
                effects=step.effects,
            )
        )


def _given_up(failed: Failed, reason: str) -> Failed:
    message = f"{failed.failure.message}; no further attempt: {reason}"
    return replace(failed, failure=replace(failed.failure, message=message))


def condition_holds(when: bool | str | None, scope: Scope) -> bool:
    """Evaluate a `when`; none holds. Raises ConditionError."""
    if when is None or isinstance(when, bool):
        return when is not False
    return evaluate(parse_condition(when), scope)


def _emitter(run: RunParts, place: Place, step_id: str) -> Callable[..., None]:
    item = place.item if place.item >= 0 else None

    def emit(event_type: EventType, *, attempt: int | None = None, **payload: object) -> None:
        run.journal.emit(event_type, job_id=place.job_id, item=item, step_id=step_id, attempt=attempt, **payload)

    return emit
