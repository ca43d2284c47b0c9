"""What stands in a document itself, defaults and repairs left aside."""

from typing import Any

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.reader import Document

_ABSENT = object()


def is_written(document: Document, path: DocumentPath) -> bool:
    """Tell whether a document has a value at a path, be it null."""
    return _value(document, path) is not _ABSENT


def written_text(document: Document, path: DocumentPath) -> str | None:
    """Give the text at a path; None where there is something else, or nothing."""
    value = _value(document, path)
    return value if isinstance(value, str) else None


def written_keys(document: Document, path: DocumentPath) -> tuple[str, ...]:
    """Give the keys of the mapping at a path; none where there is something else, or nothing."""
    value = _value(document, path)
    return tuple(value) if isinstance(value, dict) else ()


def written_count(document: Document, path: DocumentPath) -> int:
    """Give the length of the list at a path; 0 where there is something else, or nothing."""
    value = _value(document, path)
    return len(value) if isinstance(value, list) else 0


def _value(document: Document, path: DocumentPath) -> Any:
    value = document.data
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
    return value
