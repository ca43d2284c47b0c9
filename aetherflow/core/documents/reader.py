"""Reads a YAML text into plain data that knows where each value stands."""

from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.documents.findings import FindingList, ReadingStopped
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.parsing import YAMLError, collector_paused, parse_events
from aetherflow.core.documents.positions import PositionIndex, unpack_place
from aetherflow.core.documents.source import Source
from aetherflow.core.documents.tree import Tree, TreeBuilder
from aetherflow.core.documents.tree_problems import TreeProblems

#: The tree, what was found on the way, and the parser's error if it gave up.
Attempt = tuple[Tree | None, list[Diagnostic], Exception | None]


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

    def find(self, path: DocumentPath, text: str, occurrence: int = 0) -> Span:
        """Give the span of a text inside the scalar at a path; of the whole scalar where it is not written so."""
        start, end = unpack_place(self._index.place(path))
        found = start - 1
        for _ in range(occurrence + 1):
            found = self.source.text.find(text, found + 1, end)
            if found < 0:
                return self._lines.span(start, end)
        return self._lines.span(found, found + len(text))

    def header_span(self, path: DocumentPath) -> Span:
        """Give the span of what introduces a container: its key, or else its first entry on its first line."""
        if path and isinstance(path[-1], str):
            return self.span(path, key=True)
        return self.span(path)


class Reading(Struct):
    """What came of reading a text: a document, unless nothing could be made of it, and findings."""

    document: Document | None
    diagnostics: list[Diagnostic]


def read_document(source: Source) -> Reading:
    """Read a text as one YAML document; every input gives a Reading, none an exception."""
    lines = LineIndex(source)
    tree, findings = _build(source, lines)
    if tree is None or tree.data is None:
        return Reading(None, in_order_of_place(findings or [_empty(lines)]))
    return Reading(Document(source, tree, lines), in_order_of_place(findings))


def _build(source: Source, lines: LineIndex) -> tuple[Tree | None, list[Diagnostic]]:
    tree, found, error = _attempt(source.text, source, lines)
    if error is None:
        return tree, found
    # deferred: only wanted when something is wrong
    from aetherflow.core.documents.recovery import read_on

    return read_on(error, found, source, lines, _attempt)


def _attempt(text: str, source: Source, lines: LineIndex) -> Attempt:
    """Parse a text whose places are those of the source; the parser's error comes back as a value."""
    findings = FindingList()
    builder = TreeBuilder(source.text, TreeProblems(source.text, lines, findings))
    try:
        with collector_paused():
            return builder.build(parse_events(text)), findings.found, None
    except ReadingStopped:
        return None, findings.found, None
    except (YAMLError, UnicodeEncodeError) as error:
        return None, findings.found, error


def _empty(lines: LineIndex) -> Diagnostic:
    return Diagnostic(
        code="AF-Y006",
        message="the document is empty",
        hint="see `aetherflow init` for a small flow to begin with",
        span=lines.span(0, 0),
    )
