"""Types a document that holds settings: one mapping, with `version`."""

from typing import Any

from aetherflow.core.documents.conversion import Converted, convert_document
from aetherflow.core.documents.document_version import version_finding
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.record import Record


def type_settings(document: Document, record: type[Record], documents: str) -> Converted:
    """Type a document as the record; ``documents`` is what people call its kind. Keys with ``x-`` are ignored."""
    if version := version_finding(document, documents):
        return Converted(None, [version])  # another version has other rules: nothing else can be said
    own: Any = document.data
    if isinstance(own, dict):
        own = {key: value for key, value in own.items() if not key.startswith("x-")}
    return convert_document(document, own, record)
