"""The plan of a run: which jobs in which order, each step with the code that will run it. Pure."""

import hashlib
from collections.abc import Collection, Mapping, Sequence

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.registry import Contribution, Registry
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import Handlers, JobDefinition, StepDefinition
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.inner_steps import StepTypes
from aetherflow.core.validation.order import execution_order, order_edges

_digest_encoder = msgspec.json.Encoder(order="sorted")


class PlannedStep(Struct, frozen=True, kw_only=True):
    """A step and the code behind its type; ``path`` leads to it in the document."""

    definition: StepDefinition
    position: int
    path: DocumentPath
    contribution: Contribution
    effects: Effects
    digest: str


class PlannedJob(Struct, frozen=True, kw_only=True):
    """A job in its place of the order, behind those of ``after``; one that is not ``selected`` only gets a status."""

    definition: JobDefinition
    path: DocumentPath
    steps: tuple[PlannedStep, ...]
    selected: bool
    after: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The job's id."""
        return self.definition.id


class Plan(Struct, frozen=True, kw_only=True):
    """Everything that a run will do, in order. ``tolerated`` are the jobs that may fail."""

    flow: LoadedFlow
    jobs: tuple[PlannedJob, ...]
    handlers: Mapping[str, tuple[PlannedStep, ...]]
    tolerated: frozenset[str] = frozenset()
    only: bool = False


class Selection(Struct, frozen=True):
    """Which jobs a person asked for; none named means all. ``only`` leaves their dependencies out."""

    jobs: tuple[str, ...] = ()
    only: bool = False


def make_plan(flow: LoadedFlow, registry: Registry, selection: Selection) -> Plan:
    """Lay out the run of a flow that has been validated."""
    types = StepTypes(registry.steps)
    definition = flow.definition
    place_in_file = {job.id: index for index, job in enumerate(definition.jobs)}
    selected = selected_jobs(flow, selection)
    jobs = tuple(
        PlannedJob(
            definition=definition.jobs[place],
            path=("jobs", place),
            steps=_planned_steps(definition.jobs[place].steps, ("jobs", place, "steps"), types),
            selected=job_id in selected,
            after=tuple(before),
        )
        for job_id, before in execution_order(flow).items()
        for place in [place_in_file[job_id]]
    )
    return Plan(
        flow=flow,
        jobs=jobs,
        handlers=_planned_handlers(definition.handlers, types),
        tolerated=frozenset(job.id for job in definition.jobs if job.continue_on_error),
        only=selection.only,
    )


def selected_jobs(flow: LoadedFlow, selection: Selection) -> Collection[str]:
    """Give the ids of the jobs to run: those named, and what must come before them."""
    jobs = {job.id: job for job in flow.definition.jobs}
    if not selection.jobs:
        return jobs.keys()
    if selection.only:
        return set(selection.jobs)
    edges = order_edges(flow)
    wanted: set[str] = set()
    pending = list(selection.jobs)
    while pending:
        job_id = pending.pop()
        if job_id not in wanted:
            wanted.add(job_id)
            pending += [*jobs[job_id].depends_on, *edges.get(job_id, ())]
    return wanted


def _planned_handlers(handlers: Handlers, types: StepTypes) -> dict[str, tuple[PlannedStep, ...]]:
    found = {"on_success": handlers.on_success, "on_failure": handlers.on_failure, "on_exit": handlers.on_exit}
    return {name: _planned_steps(steps, ("handlers", name), types) for name, steps in found.items() if steps}


def _planned_steps(steps: Sequence[StepDefinition], path: DocumentPath, types: StepTypes) -> tuple[PlannedStep, ...]:
    return tuple(_planned_step(step, index, (*path, index), types) for index, step in enumerate(steps))


def _planned_step(step: StepDefinition, position: int, path: DocumentPath, types: StepTypes) -> PlannedStep:
    contribution = types.contributions[step.type]
    return PlannedStep(
        definition=step,
        position=position,
        path=path,
        contribution=contribution,
        effects=step.effects or types.effects_of(step),
        digest=definition_digest(step),
    )


def definition_digest(step: StepDefinition) -> str:
    """Digest what decides a step's result; how often and how long it may try is no part of that."""
    decisive = (step.type, step.inputs, step.outputs, step.when, step.on_no_data, step.effects)
    return hashlib.sha256(_digest_encoder.encode(decisive)).hexdigest()[:32]  # 128 bits: no accident makes two alike
