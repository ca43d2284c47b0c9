"""Continues an earlier run: its history as it was recorded and decided, or the reason why it may not go on."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import InputError, ResumeStopped
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.runner.history import History, history_of
from aetherflow.core.runner.plan import Plan
from aetherflow.core.runner.resume import (
    Decisions,
    changes_since,
    decided_history,
    step_name,
    undecided_steps,
    unknown_decisions,
)
from aetherflow.core.state.records import JobRecord, Provenance, RunRecord, StepRecord
from aetherflow.core.state.store import StateStore


def earlier_history(
    store: StateStore, record: RunRecord, unsealed: Callable[[Any], Any], request: RunRequest
) -> History:
    """Give what the run recorded, secrets in their places, as a person decided it; raises ResumeStopped."""
    decisions = Decisions(request.redo, request.assume_done)
    history = history_of(
        [_open_step(step, unsealed) for step in store.steps_of(record.flow_id, record.run_id)],
        [_open_job(job, unsealed) for job in store.jobs_of(record.flow_id, record.run_id)],
    )
    unknown = unknown_decisions(history, decisions)
    if unknown:
        raise InputError(
            f'run "{record.run_id}" has recorded no step "{unknown[0]}"',
            hint="name it as JOB.STEP; a finished item of a loop as JOB.ITEM.STEP, items count from 0",
        )
    undecided = undecided_steps(history, decisions)
    if undecided:
        raise _undecided(record, step_name(undecided[0]))
    return decided_history(history, decisions)


def stop_unless_sound(plan: Plan, history: History, request: RunRequest, prepared: Prepared) -> None:
    """Raise InputError where finished steps or the code that ran them changed, unless that is accepted."""
    changes = [] if request.accept_changes else changes_since(plan, history)
    if changes:
        raise prepared.refusal("finished steps have changed", changes)


def changed_surroundings(earlier: RunRecord, now: Provenance, request: RunRequest) -> list[Diagnostic]:
    """Tell what the run went by that is another now; raises InputError where less would be asked of its code."""
    before = earlier.provenance
    if before.mode == "enterprise" != now.mode and not request.accept_changes:
        raise _milder_mode(earlier.run_id)
    pairs = (
        ("the manifest", before.manifest_digest, now.manifest_digest),
        ("the bundle", _revision(before), _revision(now)),
    )
    return [_changed(what, then, since) for what, then, since in pairs if before.mode and then != since]


def _revision(provenance: Provenance) -> str | None:
    return provenance.bundle.revision if provenance.bundle else None


def _milder_mode(run_id: str) -> InputError:
    message = f'run "{run_id}" was started in enterprise mode, and would go on in internal_fast'
    hint = "give the manifest or AETHERFLOW_MODE that it was started with; --accept-changes goes on all the same"
    return InputError.of(Diagnostic(code="AF-R214", message=message, hint=hint))


def _changed(what: str, then: str | None, now: str | None) -> Diagnostic:
    return Diagnostic(
        code="AF-R215",
        severity=Severity.WARNING,
        message=f"{what} is another than when the run was started: {then or 'there was none'}, now {now or 'none'}",
        hint="what is done stays done; changes to finished steps are told apart",
    )


def _undecided(record: RunRecord, name: str) -> ResumeStopped:
    return ResumeStopped(
        f'step "{name}" was in flight when run "{record.run_id}" ended, and may only ever happen once',
        hint=f"find out whether it happened: --assume-done {name} goes on after it, --redo {name} runs it again",
    )


def _open_step(record: StepRecord, unsealed: Callable[[Any], Any]) -> StepRecord:
    return replace(record, outputs=unsealed(record.outputs)) if record.outputs else record


def _open_job(record: JobRecord, unsealed: Callable[[Any], Any]) -> JobRecord:
    return replace(record, outputs=unsealed(record.outputs), items=unsealed(record.items))
