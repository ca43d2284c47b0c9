"""Reads a YAML text into plain data that knows where each value stands."""

from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.documents.attempt import attempt_reading
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.positions import PositionIndex, unpack_place
from aetherflow.core.documents.source import Source
from aetherflow.core.documents.tree import Tree


class Document:
    """A YAML document: its source, its plain data, and the span of every value."""

    def __init__(self, source: Source, tree: Tree, lines: LineIndex) -> None:
        self.source = source
        self.data: Any = tree.data
        self._lines = lines
        self._index = PositionIndex(tree.data, tree.root, tree.places)

    def span(self, path: DocumentPath, *, key: bool = False) -> Span:
        """Give the span of the value at a path, or of its key; of the nearest existing ancestor where it is absent."""
        return self._lines.span(*unpack_place(self._index.place(path, key=key)))

    def extent(self, path: DocumentPath) -> tuple[int, int]:
        """Give the offsets in the source's text at which the value at a path begins and ends."""
        return unpack_place(self._index.place(path))

    def find(self, path: DocumentPath, text: str, occurrence: int = 0) -> Span:
        """Give the span of a text inside the scalar at a path; of the whole scalar where it is not written so."""
        start, end = self.extent(path)
        found = start - 1
        for _ in range(occurrence + 1):
            found = self.source.text.find(text, found + 1, end)
            if found < 0:
                return self._lines.span(start, end)
        return self._lines.span(found, found + len(text))


class Reading(Struct):
    """What came of reading a text: a document, unless nothing could be made of it, and findings."""

    document: Document | None
    diagnostics: list[Diagnostic]


def read_document(source: Source) -> Reading:
    """Read a text as one YAML document; every input gives a Reading, none an exception."""
    lines = LineIndex(source)
    attempt = attempt_reading(source.text, source, lines)
    if attempt.error is not None:
        # deferred: only wanted when something is wrong
        from aetherflow.core.documents.recovery import read_on

        attempt = read_on(attempt, source, lines)
    tree, found = attempt.tree, attempt.found
    if tree is None or tree.data is None:
        return Reading(None, in_order_of_place(found or [_empty(lines)]))
    return Reading(Document(source, tree, lines), in_order_of_place(found))


def _empty(lines: LineIndex) -> Diagnostic:
    return Diagnostic(
        code="AF-Y006",
        message="the document is empty",
        hint="see `aetherflow init` for a small flow to begin with",
        span=lines.span(0, 0),
    )
