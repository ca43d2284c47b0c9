"""`validate`: everything that can be known of a flow before it runs. Runs nothing."""

from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.compilers.uri import shown_flow
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
    prepared = _with_refusals_of_code(prepare(request))
    return ValidationReport(
        exit_code=_exit_code(prepared),
        flow=shown_flow(request.flow) or (prepared.source.name if prepared.source else ""),
        definition=prepared.flow.definition if prepared.flow else None,
        diagnostics=prepared.diagnostics,
        sources=prepared.sources,
        mask=prepared.masker.mask_text,
    )


def _with_refusals_of_code(prepared: Prepared) -> Prepared:
    """Add what a run would refuse plugins for when it loads them, where there are any."""
    if prepared.plugins is None or not prepared.plugins.found.plugins:
        return prepared
    from aetherflow.core.operations.code_refusals import with_code_refusals  # deferred: a flow without plugins

    return with_code_refusals(prepared, prepared.plugins)


def _exit_code(prepared: Prepared) -> int:
    """Give the code of what would refuse the run: a plugin alone is another matter than wrong input."""
    if not has_errors(prepared.diagnostics):
        return 0
    return prepared.refusal("the flow cannot run", prepared.diagnostics).exit_code
