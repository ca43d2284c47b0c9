"""`run --dry-run`: which jobs and steps would run, with their inputs where they can be known. Runs nothing."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.registry import Contribution, Registry
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_preparation import prepare_run
from aetherflow.core.operations.selection import checked_selection
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.plan import PlannedJob, PlannedStep, make_plan
from aetherflow.core.validation.flow_index import index_flow

#: Stands where a value depends on what earlier steps will give.
UNKNOWN = "<known when it runs>"


class StepPlan(Struct, frozen=True, kw_only=True):
    """A step that would run, its inputs masked."""

    id: str
    type: str
    inputs: Any
    when: bool | str | None = None


class JobPlan(Struct, frozen=True, kw_only=True):
    """A job in its place of the order."""

    id: str
    will_run: bool
    reason: str | None = None
    depends_on: list[str] = []
    when: bool | str | None = None
    for_each: Any = None
    steps: list[StepPlan] = []


class PlanReport(Struct, frozen=True, kw_only=True):
    """What a run would do, in order."""

    flow_id: str
    jobs: list[JobPlan]


def dry_run(request: RunRequest) -> PlanReport:
    """Lay out the run; raises InputError with all findings where the flow could not run."""
    prepared, params = prepare_run(request)
    flow = prepared.checked_flow()
    registry = _with_unread_steps(prepared.registry, flow)
    plan = make_plan(flow, registry, checked_selection(flow, request.jobs, request.only))
    scope = Scope({"env": prepared.snapshot.values, "params": params, "flow_id": flow.definition.flow.id})
    jobs = [_job_plan(job, scope, prepared.masker.mask) for job in plan.jobs]
    return PlanReport(flow_id=flow.definition.flow.id, jobs=jobs)


def _with_unread_steps(registry: Registry, flow: LoadedFlow) -> Registry:
    """Let step types stand that a plugin may register once it runs, which it does not do for a dry run."""
    index = index_flow(flow.definition)
    names = {step.type for steps in index.step_lists for step in steps.steps} - registry.steps.keys()
    unread = {name: _unread_step(name) for name in names}
    return replace(registry, steps={**registry.steps, **unread}) if unread else registry


def _unread_step(name: str) -> Contribution:
    def load() -> Any:
        raise PluginRefused(f'the step type "{name}" is only known once its plugin runs')

    return Contribution(
        kind="step", name=name, plugin="", version="", digest="", origin="unread", file="", line=0, load=load
    )


def _job_plan(job: PlannedJob, scope: Scope, mask: Callable[[Any], Any]) -> JobPlan:
    definition = job.definition
    return JobPlan(
        id=job.id,
        will_run=job.selected,
        reason=None if job.selected else "not selected",
        depends_on=definition.depends_on,
        when=mask(definition.when),
        for_each=mask(known_part(definition.for_each, scope)),
        steps=[_step_plan(step, scope, mask) for step in job.steps],
    )


def _step_plan(step: PlannedStep, scope: Scope, mask: Callable[[Any], Any]) -> StepPlan:
    inputs = mask(known_part(step.definition.inputs, scope))
    return StepPlan(id=step.definition.id, type=step.definition.type, inputs=inputs, when=mask(step.definition.when))


def known_part(value: Any, scope: Scope) -> Any:
    """Render what can be rendered before the run; the rest is marked."""
    if isinstance(value, dict):
        return {key: known_part(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [known_part(item, scope) for item in value]
    try:
        return render(value, scope)
    except TemplateError:
        return UNKNOWN
