"""What a run and its dry run have in common: the flow judged together with the words of whoever starts it."""

from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors, in_order_of_place
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.operations.preparation import Prepared, prepare
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.selection import unknown_jobs
from aetherflow.core.validation.given_params import resolve_params


def prepare_run(request: RunRequest) -> tuple[Prepared, dict[str, Any]]:
    """Read the flow and give it with the values of its params; raises InputError with all findings."""
    prepared = prepare(request)
    findings: list[Diagnostic] = []
    values: dict[str, Any] = {}
    if prepared.flow:
        findings = unknown_jobs(prepared.flow, request.jobs)
        if not _params_are_broken(prepared.diagnostics):
            values = _params(prepared.flow, request, findings)
    if has_errors(findings):
        raise prepared.refusal("the flow cannot run", in_order_of_place([*prepared.diagnostics, *findings]))
    prepared.checked_flow()
    return prepared, values


def _params(flow: LoadedFlow, request: RunRequest, findings: list[Diagnostic]) -> dict[str, Any]:
    given = resolve_params(flow, request.params)
    # A resumed run has its params already: what is missing here is no matter.
    if request.params or not request.resume:
        findings += given.diagnostics
    return given.values


def _params_are_broken(diagnostics: list[Diagnostic]) -> bool:
    return has_errors(finding for finding in diagnostics if "params" in finding.path)
