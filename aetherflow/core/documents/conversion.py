"""Plain data become typed records: at once where they are right, with findings and placeholders where not."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.findings import FindingList, ReadingStopped
from aetherflow.core.documents.parsing import collector_paused
from aetherflow.core.documents.reader import Document


class Converted(Struct, frozen=True):
    """A typed value, repaired where need be, and the findings; None where there were too many."""

    value: Any
    diagnostics: list[Diagnostic]


def convert_document(
    document: Document, data: Any, record: Any, locate: Callable[[DocumentPath], DocumentPath] = lambda path: path
) -> Converted:
    """Type the data of a document. ``locate`` turns a path of ``data`` into one of the document."""
    try:
        with collector_paused():
            return Converted(msgspec.convert(data, record), [])
    except msgspec.ValidationError as error:
        return _converted_with_findings(document, data, record, locate, str(error))


def _converted_with_findings(
    document: Document, data: Any, record: Any, locate: Callable[[DocumentPath], DocumentPath], first_error: str
) -> Converted:
    # deferred: msgspec.inspect and the wording are only wanted when something is wrong
    from aetherflow.core.documents.structure import StructureReader
    from aetherflow.core.documents.structure_problems import StructureProblems

    findings = FindingList()
    try:
        value = StructureReader(StructureProblems(document, findings, locate)).read(data, record)
    except ReadingStopped:
        value = None
    if not findings.found:
        findings.found.append(_unexplained(document, first_error))
    return Converted(value, in_order_of_place(findings.found))


def _unexplained(document: Document, error: str) -> Diagnostic:
    return Diagnostic(code="AF-S100", message=f"the document does not fit: {error}", span=document.span(()))
