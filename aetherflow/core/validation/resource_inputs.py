"""Resources that steps name in their inputs: that they exist, and are of the kind that the step type works with.

A step type says so in its input schema: a property with ``"x-aetherflow-resource": "db"`` holds the name of a resource
of kind ``db``; ``true`` in place of a kind allows any.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Registry
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import Resource
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.resolution.tokens import OPENING
from aetherflow.core.validation.flow_index import FlowIndex
from aetherflow.core.validation.inner_steps import StepTypes, TypedInputs, marked_properties
from aetherflow.core.validation.pointing import at_value

MARKER = "x-aetherflow-resource"


def resource_input_findings(flow: LoadedFlow, index: FlowIndex, registry: Registry) -> Iterator[Diagnostic]:
    """Find inputs that name a resource which the flow does not have, or one of another kind."""
    marked = {
        name: marks
        for name, found in registry.steps.items()
        if found.input_schema and (marks := marked_properties(found.input_schema, MARKER))
    }
    types = StepTypes(registry.steps)
    for steps in index.step_lists:
        for position, step in enumerate(steps.steps):
            if step.type in marked or types.is_nesting(step.type):
                whole = TypedInputs(step.type, step.inputs, steps.step_path(position))
                for each in (whole, *types.within(whole)):
                    yield from _findings(flow, each, marked.get(each.type, {}))


def _findings(flow: LoadedFlow, step: TypedInputs, marks: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for key, mark in marks.items():
        kind = mark if isinstance(mark, str) else None
        finding = _finding(step.type, key, kind, step.inputs.get(key), flow.definition.resources)
        if finding:
            yield at_value(flow, (*step.path, "inputs", key), finding)


def _finding(
    step_type: str, key: str, kind: str | None, name: Any, resources: Mapping[str, Resource]
) -> Diagnostic | None:
    if not isinstance(name, str) or OPENING in name:
        return None
    if name not in resources:
        fitting = [known for known, resource in resources.items() if kind in (None, resource.kind)]
        known = ", ".join(fitting)
        return Diagnostic(
            code="AF-F411",
            message=f'the flow has no resource "{name}"',
            label=did_you_mean(name, fitting),
            hint=f"it has: {known}" if known else f'add it under "resources", with kind {kind or "and driver"}',
        )
    actual = resources[name].kind
    if kind not in (None, actual):
        return Diagnostic(
            code="AF-F412",
            message=f'resource "{name}" is of kind "{actual}", but "{step_type}" needs one of kind "{kind}"',
            hint=f'name a resource of kind "{kind}" in "{key}"',
        )
    return None
