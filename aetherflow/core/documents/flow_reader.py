"""Makes a typed flow of a document."""

from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.documents.conversion import convert_document
from aetherflow.core.documents.document_version import version_finding
from aetherflow.core.documents.flow import FlowDefinition
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.workflow_choice import choose_workflow


class LoadedFlow(Struct, frozen=True):
    """A typed flow and the document it stands in; ``prefix`` leads to it where it is one of several workflows."""

    document: Document
    definition: FlowDefinition
    prefix: DocumentPath = ()

    def absolute(self, path: DocumentPath) -> DocumentPath:
        """Turn a path of the flow into one of the document; what a workflow shares stands beside `workflows`."""
        return absolute_path(self.document.data, self.prefix, path)

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Give the span of a value of the flow, or of its key."""
        return self.document.span(self.absolute(path), key=key)

    def find(self, path: DocumentPath, text: str, occurrence: int = 0) -> Span:
        """Give the span of a text inside a scalar of the flow."""
        return self.document.find(self.absolute(path), text, occurrence)


class FlowReading(Struct):
    """What came of typing a flow: the flow, repaired where need be, and the findings."""

    flow: LoadedFlow | None
    diagnostics: list[Diagnostic]


def load_flow(document: Document, *, workflow: str | None = None) -> FlowReading:
    """Type a document as a flow, or the workflow of that name in it."""
    version = version_finding(document, "flow documents")
    if version:
        return FlowReading(None, [version])  # another version has other rules: nothing else can be said
    choice = choose_workflow(document, workflow)
    if choice.data is None:
        return FlowReading(None, in_order_of_place(choice.diagnostics))
    converted = convert_document(
        document,
        choice.data,
        FlowDefinition,
        lambda path: absolute_path(document.data, choice.prefix, path),
    )
    flow = LoadedFlow(document, converted.value, choice.prefix) if converted.value is not None else None
    return FlowReading(flow, in_order_of_place([*choice.diagnostics, *converted.diagnostics]))


def absolute_path(data: Any, prefix: DocumentPath, path: DocumentPath) -> DocumentPath:
    """Put the prefix before a path, unless only what stands at the document's top has it."""
    inner = data
    for part in prefix:
        inner = inner[part]
    return path if prefix and _depth(data, path) > _depth(inner, path) else (*prefix, *path)


def _depth(value: Any, path: DocumentPath) -> int:
    """Count how many parts of a path exist."""
    for depth, part in enumerate(path):
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(path)
