"""Types a document that holds settings: one mapping, with `version` and with keys of later versions to refuse."""

from collections.abc import Mapping
from typing import Any

from aetherflow.core.contracts.diagnostic import in_order_of_place
from aetherflow.core.documents.conversion import Converted, convert_document
from aetherflow.core.documents.document_version import version_finding
from aetherflow.core.documents.later_features import LaterKey, later_key_findings
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.record import Record


def type_settings(
    document: Document, record: type[Record], documents: str, later: Mapping[str, LaterKey] = {}
) -> Converted:
    """Type a document as the record; ``documents`` is what people call its kind. Keys with ``x-`` are ignored."""
    if version := version_finding(document, documents):
        return Converted(None, [version])  # another version has other rules: nothing else can be said
    own: Any = document.data
    refused = []
    if isinstance(own, dict):
        refused = later_key_findings(document, own, later)
        own = {key: value for key, value in own.items() if not key.startswith("x-") and key not in later}
    converted = convert_document(document, own, record)
    return Converted(converted.value, in_order_of_place([*refused, *converted.diagnostics]))
