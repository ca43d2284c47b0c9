"""`validate`: everything that can be known of a flow before it runs. Runs nothing."""

from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.documents.flow import FlowDefinition
from aetherflow.core.operations.preparation import Prepared, prepare
from aetherflow.core.operations.requests import FlowRequest


class ValidationReport(Struct, frozen=True, kw_only=True):
    """All findings, the texts they point into, and the mask for showing them; the exit code is that of the worst."""

    exit_code: int
    flow: str
    definition: FlowDefinition | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    mask: Callable[[str], str]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong that would keep the flow from running."""
        return self.exit_code == 0


def validate(request: FlowRequest) -> ValidationReport:
    """Judge a flow; what a file or a variable can cause is a finding, never an error."""
    prepared = prepare(request)
    return ValidationReport(
        exit_code=_exit_code(prepared),
        flow=request.flow or (prepared.source.name if prepared.source else ""),
        definition=prepared.flow.definition if prepared.flow else None,
        diagnostics=prepared.diagnostics,
        sources=prepared.sources,
        mask=prepared.masker.mask_text,
    )


def _exit_code(prepared: Prepared) -> int:
    """Give the code of what would refuse the run: a plugin alone is another matter than wrong input."""
    if not has_errors(prepared.diagnostics):
        return 0
    return prepared.refusal("the flow cannot run", prepared.diagnostics).exit_code
