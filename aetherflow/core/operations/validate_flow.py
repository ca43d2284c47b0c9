"""`validate`: everything that can be known of a flow before it runs. Runs nothing."""

from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.documents.flow import FlowDefinition
from aetherflow.core.operations.preparation import prepare
from aetherflow.core.operations.requests import FlowRequest


class ValidationReport(Struct, frozen=True, kw_only=True):
    """All findings, the texts they point into, and the mask for showing them."""

    ok: bool
    flow: str
    definition: FlowDefinition | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    mask: Callable[[str], str]


def validate(request: FlowRequest) -> ValidationReport:
    """Judge a flow; what a file or a variable can cause is a finding, never an error."""
    prepared = prepare(request)
    return ValidationReport(
        ok=not has_errors(prepared.diagnostics),
        flow=request.flow,
        definition=prepared.flow.definition if prepared.flow else None,
        diagnostics=prepared.diagnostics,
        sources=prepared.sources,
        mask=prepared.masker.mask_text,
    )
