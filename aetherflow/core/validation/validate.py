"""Everything that can be said about a flow before it runs. Pure: nothing is read, connected or run."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.dependencies import dependency_findings
from aetherflow.core.validation.flow_index import FlowIndex, index_flow
from aetherflow.core.validation.ids import name_findings
from aetherflow.core.validation.loops import loop_findings
from aetherflow.core.validation.params import param_findings
from aetherflow.core.validation.references import use_findings
from aetherflow.core.validation.resource_inputs import resource_input_findings
from aetherflow.core.validation.resources import resource_findings
from aetherflow.core.validation.retries import retry_findings
from aetherflow.core.validation.step_types import step_findings
from aetherflow.core.validation.surroundings import Surroundings
from aetherflow.core.validation.uses import uses_in

__all__ = ["Surroundings", "validate_flow"]


def validate_flow(flow: LoadedFlow, surroundings: Surroundings) -> list[Diagnostic]:
    """Give all findings about a flow's meaning, in order of place, each once."""
    index = index_flow(flow.definition)
    told: dict[object, Diagnostic] = {}
    for finding in _findings(flow, index, surroundings):
        # What stands once in the file is told once, however many aliases lead there.
        told.setdefault((finding.code, finding.message, finding.span), finding)
    return in_order_of_place(told.values())


def _findings(flow: LoadedFlow, index: FlowIndex, surroundings: Surroundings) -> Iterator[Diagnostic]:
    uses = list(uses_in(index))
    yield from name_findings(flow, index)
    yield from dependency_findings(flow, index, uses)
    yield from loop_findings(flow)
    yield from param_findings(flow)
    yield from step_findings(flow, index, surroundings.registry, surroundings.absent_plugins)
    yield from resource_findings(flow, index, surroundings)
    yield from resource_input_findings(flow, index, surroundings.registry)
    yield from retry_findings(flow, index)
    for use in uses:
        yield from use_findings(flow, use, index, surroundings)
