"""What stands between a resume and its steps: unfinished business that a person must decide, and changed ground."""

from collections.abc import Collection, Iterator

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.runner.history import WHOLE_JOB, History, Place, is_settled
from aetherflow.core.runner.plan import Plan, PlannedStep
from aetherflow.core.state.records import StepRecord


class Decisions(Struct, frozen=True):
    """What a person said of single steps, each as ``JOB.STEP``, or ``JOB.ITEM.STEP`` for one item of a loop."""

    redo: Collection[str] = ()
    assume_done: Collection[str] = ()


def step_name(record: StepRecord) -> str:
    """Write a step the way people name it on the command line."""
    item = "" if record.item == WHOLE_JOB else f"{record.item}."
    return f"{record.job_id}.{item}{record.step_id}"


def is_named(record: StepRecord, names: Collection[str]) -> bool:
    """Tell whether a person meant this step; ``JOB.STEP`` of a loop means the items that are not done."""
    if step_name(record) in names:
        return True
    return record.item != WHOLE_JOB and not is_settled(record) and f"{record.job_id}.{record.step_id}" in names


def undecided_steps(history: History, decisions: Decisions) -> list[StepRecord]:
    """Give the `once` steps that were in flight when the process died, and of which nobody has said what to do."""
    decided = {*decisions.redo, *decisions.assume_done}
    return [
        record
        for record in history.steps.values()
        if record.status is None and record.effects == "once" and not is_named(record, decided)
    ]


def decided_history(history: History, decisions: Decisions) -> History:
    """Give the history as a person decided it: redone steps forgotten, assumed ones SUCCESS without outputs."""
    steps = dict(history.steps)
    for key, record in history.steps.items():
        if is_named(record, decisions.redo):
            del steps[key]
        elif is_named(record, decisions.assume_done) and not is_settled(record):
            steps[key] = _assumed(record)
    return History(steps=steps, jobs=history.jobs)


def unknown_decisions(history: History, decisions: Decisions) -> list[str]:
    """Give the names that mean no step which an earlier execution has recorded."""
    records = history.steps.values()
    return [
        name
        for name in (*decisions.redo, *decisions.assume_done)
        if not any(is_named(record, (name,)) for record in records)
    ]


def changes_since(plan: Plan, history: History) -> list[Diagnostic]:
    """Find every finished step whose definition, or whose plugin's code, is no longer what ran."""
    planned = {(job.id, step.definition.id): step for job in plan.jobs for step in job.steps}
    return [
        finding
        for (place, step_id), record in history.steps.items()
        if is_settled(record) and not place.job_id.startswith("handlers.")
        for finding in _changes(plan, place, record, planned.get((place.job_id, step_id)))
    ]


def _changes(plan: Plan, place: Place, record: StepRecord, step: PlannedStep | None) -> Iterator[Diagnostic]:
    name = step_name(record)
    if step is None:
        yield _change("AF-R203", f'step "{name}" has finished, and is no longer in the flow', plan.flow.span("jobs"))
        return
    if step.digest != record.definition_digest:
        words = f'step "{name}" has changed since it finished'
        yield _change("AF-R201", words, plan.flow.span(*step.path, "id"))
    if step.contribution.digest != record.plugin_digest:
        words = f'the code of step type "{step.definition.type}" has changed since step "{name}" finished'
        yield _change("AF-R202", words, plan.flow.span(*step.path, "type"))


def _change(code: str, message: str, span: Span) -> Diagnostic:
    hint = "its recorded outcome stands with --accept-changes; --redo runs it again; a new run starts afresh"
    return Diagnostic(code=code, message=message, severity=Severity.ERROR, hint=hint, span=span)


def _assumed(record: StepRecord) -> StepRecord:
    return replace(record, status=StepStatus.SUCCESS, outputs={}, error=None, reason="assumed done")
