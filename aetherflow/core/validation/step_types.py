"""The type of every step: whether somebody registers it, and whether its inputs fit it."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Registry
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import StepDefinition
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.absent_plugins import AbsentPlugins
from aetherflow.core.validation.flow_index import FlowIndex, StepList, is_written
from aetherflow.core.validation.inner_steps import StepTypes, TypedInputs
from aetherflow.core.validation.inputs import InputCheck
from aetherflow.core.validation.pointing import at_value


def step_findings(
    flow: LoadedFlow, index: FlowIndex, registry: Registry, absent: AbsentPlugins
) -> Iterator[Diagnostic]:
    """Find steps of unknown types, and inputs that their types do not take; steps inside steps too."""
    checks: dict[str, InputCheck | None] = {}
    types = StepTypes(registry.steps)
    for steps in index.step_lists:
        for position, step in enumerate(steps.steps):
            if step.type not in checks:
                checks[step.type] = _check_of(step.type, registry)
            check = checks[step.type]
            if check is None or not check.accepts(step.inputs):
                yield from _findings(flow, _typed(step, steps, position), check, registry, absent)
            if types.is_nesting(step.type):
                for inner in types.within(_typed(step, steps, position)):
                    yield from _findings(flow, inner, _check_of(inner.type, registry), registry, absent)


def _findings(
    flow: LoadedFlow,
    step: TypedInputs,
    check: InputCheck | None,
    registry: Registry,
    absent: AbsentPlugins,
) -> Iterator[Diagnostic]:
    if check is None:
        yield from _unknown_type(flow, (*step.path, "type"), step.type, registry, absent)
    elif not check.accepts(step.inputs):
        yield from check.findings(flow, step.path, step.inputs)


def _typed(step: StepDefinition, steps: StepList, position: int) -> TypedInputs:
    return TypedInputs(step.type, step.inputs, steps.step_path(position))


def _check_of(name: str, registry: Registry) -> InputCheck | None:
    contribution = registry.steps.get(name)
    return InputCheck(contribution) if contribution else None


def _unknown_type(
    flow: LoadedFlow, path: DocumentPath, step_type: str, registry: Registry, absent: AbsentPlugins
) -> Iterator[Diagnostic]:
    if not is_written(step_type):
        return
    count = len(registry.steps)
    types = "1 step type is" if count == 1 else f"{count} step types are"
    finding = Diagnostic(
        code="AF-F204",
        message=f'unknown step type "{step_type}"',
        label=_meant_step(step_type, registry),
        hint=f"{types} registered: `aetherflow plugins list` shows them",
    )
    if judged := absent.judge(finding, "step", step_type):
        yield at_value(flow, path, judged)


def _meant_step(step_type: str, registry: Registry) -> str | None:
    """Ask for the step type that is meant: of a tool the plugin's name may be missing, or be another one."""
    _, _, tool = step_type.rpartition(".")
    near = _meant_tool(step_type, registry) or did_you_mean(step_type, registry.steps)
    return near or _meant_tool(tool, registry)


def _meant_tool(called: str, registry: Registry) -> str | None:
    """Ask for the tool whose name ends so."""
    tools = (name for name, each in registry.steps.items() if each.kind == "tool" and name.endswith(f".{called}"))
    meant = next(tools, None)
    return did_you_mean(meant, [meant]) if meant else None
