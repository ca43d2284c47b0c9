"""What is wrong with the values of a manifest that are rendered and decoded before a bundle is fetched."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from aetherflow.core.connectors.marking import marking_of
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import Resource
from aetherflow.core.documents.operator_manifest import OperatorManifest
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.source_findings import SOURCE
from aetherflow.core.documents.written import written_text
from aetherflow.core.validation.pointing import WholeDocument, at_part, at_value
from aetherflow.core.validation.uses import Reference, Use, Where, template_uses

#: A manifest is read before there is a flow.
_WHERE = Where(("env",))
_OF_FLOWS = ("params", "steps", "job", "jobs", "run_id", "flow_id", "run", "item", "index", "result")


def value_findings(document: Document, definition: OperatorManifest) -> Iterator[Diagnostic]:
    """Find templates that cannot be read, and marks of secrets that meet no value."""
    ground = WholeDocument(document)
    for path, value in _templates_of(document, definition):
        for use in template_uses(value, path, _WHERE):
            yield from (at_part(ground, path, use.text, *place, finding) for path, place, finding in _of_use(use))
    for name, resource in definition.resources.items():
        # Where a profile is laid under the resource, it may have the values that are marked.
        for finding in () if resource.profile else marking_of(resource).findings:
            yield at_value(ground, ("resources", name, *finding.path), finding)


def _templates_of(document: Document, definition: OperatorManifest) -> Iterator[tuple[DocumentPath, Any]]:
    for key in ("location", "ref"):
        yield (*SOURCE, key), written_text(document, (*SOURCE, key))
    for name, resource in definition.resources.items():
        for key, value in _rendered_parts(resource).items():
            yield ("resources", name, key), value


def _rendered_parts(resource: Resource) -> dict[str, Any]:
    return {"profile": resource.profile, "config": resource.config, "options": resource.options}


def _of_use(use: Use) -> Iterator[tuple[DocumentPath, tuple[int, int], Diagnostic]]:
    for error in use.errors:
        finding = Diagnostic(code="AF-T101", message=error.message, hint=error.hint)
        yield use.path, (error.start, error.end), finding
    for reference in use.references:
        if reference.path[0] not in use.where.roots or len(reference.path) == 1:
            yield use.path, (reference.start, reference.end), _root_problem(reference)


def _root_problem(reference: Reference) -> Diagnostic:
    root = reference.path[0]
    if reference.path == ("env",):
        message = "{{env}} is every variable at once, and a manifest names them one by one"
        return Diagnostic(code="AF-B114", message=message, hint="write {{env.NAME}} or {{env.NAME:DEFAULT}}")
    hint = "a manifest is read before there is a flow: write {{env.NAME}} or {{env.NAME:DEFAULT}}"
    if root in _OF_FLOWS:
        return Diagnostic(code="AF-T202", message=f'"{root}" is not known here', hint=hint)
    finding = Diagnostic(code="AF-T201", message=f'unknown root "{root}"', hint=hint)
    return replace(finding, label=f'did you mean "env.{root}"?') if len(reference.path) == 1 else finding
