"""The type of every step: whether somebody registers it, and whether its inputs fit it."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Registry
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import StepDefinition
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.flow_index import FlowIndex, is_written
from aetherflow.core.validation.inputs import InputCheck
from aetherflow.core.validation.pointing import at_value


def step_findings(flow: LoadedFlow, index: FlowIndex, registry: Registry) -> Iterator[Diagnostic]:
    """Find steps of unknown types, and inputs that their types do not take."""
    checks: dict[str, InputCheck | None] = {}
    for steps in index.step_lists:
        for position, step in enumerate(steps.steps):
            if step.type not in checks:
                checks[step.type] = _check_of(step.type, registry)
            check = checks[step.type]
            if check is None:
                yield from _unknown_type(flow, (*steps.path, position, "type"), step, registry)
            elif not check.accepts(step.inputs):
                yield from check.findings(flow, steps, position)


def _check_of(name: str, registry: Registry) -> InputCheck | None:
    contribution = registry.steps.get(name)
    return InputCheck(contribution) if contribution else None


def _unknown_type(
    flow: LoadedFlow, path: tuple[str | int, ...], step: StepDefinition, registry: Registry
) -> Iterator[Diagnostic]:
    if not is_written(step.type):
        return
    count = len(registry.steps)
    types = "1 step type is" if count == 1 else f"{count} step types are"
    finding = Diagnostic(
        code="AF-F204",
        message=f'unknown step type "{step.type}"',
        label=did_you_mean(step.type, registry.steps),
        hint=f"{types} registered: `aetherflow plugins list` shows them",
    )
    yield at_value(flow, path, finding)
