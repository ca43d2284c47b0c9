"""Picks the flow out of a document: its only one, or one of its `workflows` by name."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import WorkflowsDocument
from aetherflow.core.documents.reader import Document

_SHARED = tuple(field for field in WorkflowsDocument.__struct_fields__ if field != "workflows")


class Choice(Struct, frozen=True):
    """The data of the chosen flow and the path at which they stand; None where nothing can be chosen."""

    data: Any
    prefix: DocumentPath
    diagnostics: list[Diagnostic]


def choose_workflow(document: Document, workflow: str | None) -> Choice:
    """Pick a flow; what stands beside `workflows` is laid under the chosen one."""
    own = document.data
    if isinstance(own, dict):
        own = {key: value for key, value in own.items() if not key.startswith("x-")}
    if not isinstance(own, dict) or "workflows" not in own:
        return Choice(own, (), _only_one(document, workflow) if workflow else [])
    findings = _misplaced(document, own)
    workflows = own["workflows"]
    if not isinstance(workflows, dict) or not workflows:
        return Choice(None, (), [*findings, _no_workflows(document)])
    name = workflow or (next(iter(workflows)) if len(workflows) == 1 else None)
    if name is None or name not in workflows:
        return Choice(None, (), [*findings, _not_chosen(document, workflows, workflow)])
    return Choice(_laid_over(own, workflows[name]), ("workflows", name), findings)


def _laid_over(document: dict[str, Any], chosen: Any) -> Any:
    """Lay a workflow's own entries over the shared ones; params and resources name by name."""
    if not isinstance(chosen, dict):
        return chosen
    shared = {key: document[key] for key in _SHARED if key in document}
    data = {**shared, **chosen}
    for section in ("params", "resources"):
        if isinstance(shared.get(section), dict) and isinstance(chosen.get(section), dict):
            data[section] = {**shared[section], **chosen[section]}
    return data


def _only_one(document: Document, workflow: str) -> list[Diagnostic]:
    return [
        Diagnostic(
            code="AF-S303",
            message=f'there is no workflow "{workflow}": the document holds one flow',
            hint="leave out --workflow, or list the flows under `workflows`",
            span=document.span(("flow",), key=True),
        )
    ]


def _misplaced(document: Document, own: Mapping[str, Any]) -> list[Diagnostic]:
    allowed = WorkflowsDocument.__struct_fields__
    return [_misplaced_key(document, key) for key in own if key not in allowed]


def _misplaced_key(document: Document, key: str) -> Diagnostic:
    span = document.span((key,), key=True)
    if key in ("flow", "jobs"):
        return Diagnostic(
            code="AF-S301",
            message=f'"{key}" cannot stand beside "workflows"',
            hint=f'move "{key}" into one of the workflows, or remove "workflows"',
            span=span,
            path=(key,),
        )
    return Diagnostic(
        code="AF-S101",
        message=f'unknown key "{key}" in a document with workflows',
        label=did_you_mean(key, WorkflowsDocument.__struct_fields__),
        hint=f"allowed here: {', '.join(WorkflowsDocument.__struct_fields__)}",
        span=span,
        path=(key,),
    )


def _no_workflows(document: Document) -> Diagnostic:
    return Diagnostic(
        code="AF-S103",
        message='"workflows" must be a mapping of names to workflows, each with "flow" and "jobs"',
        span=document.span(("workflows",), key=True),
        path=("workflows",),
    )


def _not_chosen(document: Document, workflows: Mapping[str, Any], workflow: str | None) -> Diagnostic:
    span = document.span(("workflows",), key=True)
    names = ", ".join(workflows)
    if workflow is None:
        return Diagnostic(
            code="AF-S302",
            message=f"the document holds {len(workflows)} workflows; say which one is meant",
            hint=f"add --workflow with one of: {names}",
            span=span,
            path=("workflows",),
        )
    return Diagnostic(
        code="AF-S303",
        message=f'there is no workflow "{workflow}" in this document',
        label=did_you_mean(workflow, workflows),
        hint=f"its workflows: {names}",
        span=span,
        path=("workflows",),
    )
