"""Puts a finding at its place. Only findings are placed: a flow that is right pays nothing for positions."""

from typing import Protocol

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.documents.reader import Document


class Ground(Protocol):
    """A part of a document that findings can point at: a loaded flow, or the profiles."""

    def absolute(self, path: DocumentPath) -> DocumentPath:
        """Turn a path of this part into one of the document."""
        ...

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Give the span of a value, or of its key."""
        ...

    def find(self, path: DocumentPath, text: str, occurrence: int = 0) -> Span:
        """Give the span of a text inside a scalar."""
        ...


class WholeDocument:
    """A document as a ground of its own: its paths begin at its top."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def absolute(self, path: DocumentPath) -> DocumentPath:
        """Give the path itself."""
        return path

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Give the span of a value, or of its key."""
        return self._document.span(path, key=key)

    def find(self, path: DocumentPath, text: str, occurrence: int = 0) -> Span:
        """Give the span of a text inside a scalar."""
        return self._document.find(path, text, occurrence)


def at_value(ground: Ground, path: DocumentPath, finding: Diagnostic) -> Diagnostic:
    """Place a finding at a value."""
    return replace(finding, span=ground.span(*path), path=ground.absolute(path))


def at_key(ground: Ground, path: DocumentPath, finding: Diagnostic) -> Diagnostic:
    """Place a finding at a value's key; at the value itself where it stands in a list."""
    has_key = bool(path) and isinstance(path[-1], str)
    return replace(finding, span=ground.span(*path, key=has_key), path=ground.absolute(path))


def at_part(ground: Ground, path: DocumentPath, text: str, start: int, end: int, finding: Diagnostic) -> Diagnostic:
    """Place a finding at the characters ``start`` to ``end`` of the string ``text`` that stands at the path.

    Where something is missing there are no such characters: the word before is shown.
    """
    if not text[start:end].strip():
        before = text[:start].rstrip()
        start, end = max(before.rfind(" "), before.rfind("\n")) + 1, len(before)
    part = text[start:end]
    if not part.strip():
        return at_value(ground, path, finding)
    span = ground.find(path, part, text.count(part, 0, start))
    return replace(finding, span=span, path=ground.absolute(path))


class OnePlace:
    """A ground of which only one place can be shown: whatever is found in it is found there."""

    def __init__(self, ground: Ground, path: DocumentPath) -> None:
        self._ground = ground
        self._path = path

    def absolute(self, path: DocumentPath) -> DocumentPath:
        """Give the path of the one place."""
        return self._ground.absolute(self._path)

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Give the span of the one place."""
        return self._ground.span(*self._path)

    def find(self, path: DocumentPath, text: str, occurrence: int = 0) -> Span:
        """Give the span of the one place."""
        return self._ground.span(*self._path)
