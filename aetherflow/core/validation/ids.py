"""Names that must be unique or well formed: jobs, steps, promoted keys, params, resources."""

import re
from collections.abc import Iterable, Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import ID_PATTERN
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.flow_index import FlowIndex, StepList, is_written
from aetherflow.core.validation.pointing import at_key, at_value

_MALFORMED_ADVICE = 'a name is a letter or "_", then up to 63 letters, digits, "_" or "-"'


def name_findings(flow: LoadedFlow, index: FlowIndex) -> Iterator[Diagnostic]:
    """Find names that stand twice, and names that nothing could refer to."""
    yield from _duplicate_jobs(flow, index)
    for steps in index.step_lists:
        if len(steps.positions) < len(steps.steps):
            yield from _duplicate_steps(flow, steps)
        yield from _keys_promoted_twice(flow, steps)
    yield from _malformed(flow, "params", flow.definition.params)
    yield from _malformed(flow, "resources", flow.definition.resources)


def _duplicate_jobs(flow: LoadedFlow, index: FlowIndex) -> Iterator[Diagnostic]:
    for place, job in enumerate(flow.definition.jobs):
        if is_written(job.id) and index.jobs[job.id] != place:
            finding = Diagnostic(
                code="AF-F101",
                message=f'two jobs have the id "{job.id}"',
                label=_first_use(flow, ("jobs", index.jobs[job.id], "id")),
                hint="give one of them another id",
            )
            yield at_value(flow, ("jobs", place, "id"), finding)


def _duplicate_steps(flow: LoadedFlow, steps: StepList) -> Iterator[Diagnostic]:
    for place, step in enumerate(steps.steps):
        if is_written(step.id) and steps.positions[step.id] != place:
            finding = Diagnostic(
                code="AF-F102",
                message=f'two steps of {steps.label} have the id "{step.id}"',
                label=_first_use(flow, (*steps.step_path(steps.positions[step.id]), "id")),
                hint="give one of them another id",
            )
            yield at_value(flow, (*steps.step_path(place), "id"), finding)


def _keys_promoted_twice(flow: LoadedFlow, steps: StepList) -> Iterator[Diagnostic]:
    first: dict[str, DocumentPath] = {}
    for place, step in enumerate(steps.steps):
        for key in step.outputs if step.outputs else ():
            path = (*steps.step_path(place), "outputs", key)
            if key in first:
                yield at_key(flow, path, _promoted_twice(flow, steps, key, first[key]))
            else:
                first[key] = path


def _promoted_twice(flow: LoadedFlow, steps: StepList, key: str, first: DocumentPath) -> Diagnostic:
    return Diagnostic(
        code="AF-F103",
        message=f'two steps of {steps.label} promote the key "{key}"',
        label=f"first promoted on line {flow.span(*first, key=True).line}",
        hint="give one of them another name: a job has one value per key",
    )


def _malformed(flow: LoadedFlow, section: str, names: Iterable[str]) -> Iterator[Diagnostic]:
    for name in names:
        if is_written(name) and not re.search(ID_PATTERN, name):
            finding = Diagnostic(
                code="AF-F104", message=f'"{name}" is no valid name in "{section}"', hint=_MALFORMED_ADVICE
            )
            yield at_key(flow, (section, name), finding)


def _first_use(flow: LoadedFlow, path: DocumentPath) -> str:
    return f"first used on line {flow.span(*path).line}"
