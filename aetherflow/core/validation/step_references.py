"""Judges `steps.ID.KEY` and `result.KEY`: only what an earlier step of the same job gives can be named."""

from collections.abc import Mapping
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import StepDefinition
from aetherflow.core.validation.flow_index import FlowIndex, StepList
from aetherflow.core.validation.reference_codes import ReferenceCodes
from aetherflow.core.validation.surroundings import Surroundings
from aetherflow.core.validation.uses import Reference, Use


def step_problem(
    reference: Reference, use: Use, index: FlowIndex, surroundings: Surroundings, codes: ReferenceCodes
) -> Diagnostic | None:
    """Say what is wrong with the name of a step or of one of its outputs, or give None."""
    steps = use.where.steps
    if steps is None:
        return None
    if reference.path[0] == "result":
        return _output_problem(reference, reference.path[1:], steps.steps[use.where.position], surroundings, codes)
    if len(reference.path) < 2:
        return None
    name = reference.path[1]
    if name not in steps.positions:
        return _unknown_step(name, steps, use.where.position, index, codes)
    if steps.positions[name] >= use.where.position:
        return _not_yet(name, steps, use, codes)
    return _output_problem(reference, reference.path[2:], steps.steps[steps.positions[name]], surroundings, codes)


def _unknown_step(name: str, steps: StepList, position: int, index: FlowIndex, codes: ReferenceCodes) -> Diagnostic:
    earlier = [step for step, place in steps.positions.items() if place < position]
    return Diagnostic(
        code=codes.unknown_step,
        message=f'{steps.label} has no step "{name}"',
        label=did_you_mean(name, earlier) or did_you_mean(name, steps.positions),
        hint=_where_it_is(name, steps, index) or _earlier_steps(earlier),
    )


def _earlier_steps(earlier: list[str]) -> str:
    if not earlier:
        return "this is the first step: there is none before it"
    return f"the steps before this one: {', '.join(earlier[-10:])}"


def _where_it_is(name: str, steps: StepList, index: FlowIndex) -> str | None:
    for other in index.step_lists:
        if other.job and other is not steps and name in other.positions:
            advice = f'promote its value in "outputs" there and name it as jobs.{other.job.id}.outputs.KEY'
            return f'job "{other.job.id}" has a step of that id: {advice}'
    return None


def _not_yet(name: str, steps: StepList, use: Use, codes: ReferenceCodes) -> Diagnostic:
    if steps.positions[name] > use.where.position:
        return Diagnostic(
            code=codes.later_step,
            message=f'step "{name}" comes later: it has no result yet',
            hint=f'steps run in the order in which they stand: move "{name}" before this step',
        )
    in_outputs = "result" in use.where.roots
    return Diagnostic(
        code=codes.later_step,
        message=f'step "{name}" cannot name its own result by its id',
        hint="in a step's own outputs it is called result" if in_outputs else "only steps before it can be named",
    )


def _output_problem(
    reference: Reference,
    inner: tuple[str, ...],
    step: StepDefinition,
    surroundings: Surroundings,
    codes: ReferenceCodes,
) -> Diagnostic | None:
    contribution = surroundings.registry.steps.get(step.type)
    known = _declared_outputs(contribution.output_schema) if contribution else None
    if known is None or not inner or inner[0] in known:
        return None
    names = ", ".join(known)
    return Diagnostic(
        code=codes.unknown_output,
        # With a default the reference is not wrong, but the default is all that it will ever give.
        severity=Severity.WARNING if reference.has_default else Severity.ERROR,
        message=f'a step of type "{step.type}" gives no "{inner[0]}"',
        label=did_you_mean(inner[0], known),
        hint=f"it gives: {names}" if names else "it gives nothing",
    )


def _declared_outputs(schema: Mapping[str, Any] | None) -> list[str] | None:
    """Give the names of all outputs, None where the schema leaves room for others."""
    if schema is None or schema.get("additionalProperties") is not False or "patternProperties" in schema:
        return None
    properties = schema.get("properties", {})
    return list(properties) if isinstance(properties, dict) else None
