"""Findings of the reading itself: what is no plain data, or too much of it."""

from typing import Any, NoReturn

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.anchors import Anchors
from aetherflow.core.documents.findings import FindingList
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.positions import unpack_place
from aetherflow.core.documents.quoting import in_quotes
from aetherflow.core.documents.scalars import describe_value
from aetherflow.core.documents.tags import shown_tag


class TreeProblems:
    """Turns what the tree builder meets into findings with places; bounds end the reading."""

    def __init__(self, text: str, lines: LineIndex, findings: FindingList) -> None:
        self._text = text
        self._lines = lines
        self._findings = findings

    def duplicate_key(self, key: str, place: int, first: int, path: DocumentPath) -> None:
        """A key stands twice in a mapping; both places are named."""
        start, end = unpack_place(place)
        line, _ = self._lines.line_and_column(unpack_place(first)[0])
        self._add(
            Diagnostic(
                code="AF-Y201",
                message=f'the key "{key}" stands twice in this mapping',
                label=f"first defined at line {line}",
                hint="remove one of the two, or give it another name",
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def second_merge_key(self, start: int, end: int, path: DocumentPath) -> None:
        """The merge key stands twice in a mapping."""
        self._add(
            Diagnostic(
                code="AF-Y201",
                message='the key "<<" stands twice in this mapping',
                hint="merge several mappings with one list: <<: [*one, *two]",
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def key_is_no_string(self, key: object, start: int, end: int, path: DocumentPath) -> None:
        """A key reads as a number, a truth or null."""
        written = self._text[start:end]
        named = f'the key "{written}" is {describe_value(key)}, not a string' if written else "a key is missing"
        self._add(
            Diagnostic(
                code="AF-Y202",
                message=named,
                hint=f'put it in quotes: "{written}"' if written else 'write a name before the ":"',
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def container_as_key(self, start: int, end: int, path: DocumentPath) -> None:
        """A list or a mapping stands where a key should."""
        self._add(
            Diagnostic(
                code="AF-Y203",
                message="a list or mapping cannot be a key",
                hint="keys are plain strings; put a value that begins with a brace or bracket in quotes",
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def unquoted_template(self, start: int, end: int, path: DocumentPath) -> None:
        """A template without quotes was read as mappings."""
        written = " ".join(self._text[start:end].split())
        self._add(
            Diagnostic(
                code="AF-Y103",
                message="a value that begins with {{ must be quoted: YAML reads the braces as a mapping",
                label="put it in quotes",
                hint=f"write {in_quotes(written)}",
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def bad_scalar(self, message: str, start: int, end: int, path: DocumentPath) -> None:
        """A plain scalar is no value that JSON could hold."""
        self._add(
            Diagnostic(
                code="AF-Y204",
                message=message,
                hint="put it in quotes if it is meant as text",
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def bad_tag(self, tag: str, value: Any, start: int, end: int, path: DocumentPath) -> None:
        """A tag is unknown, or does not fit what it stands on."""
        self._add(
            Diagnostic(
                code="AF-Y205",
                message=f'the tag "{shown_tag(tag)}" cannot be read on {describe_value(value)}',
                hint="remove the tag; only !!str, !!int, !!float, !!bool, !!null, !!map and !!seq are read",
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def bad_merge(self, value: Any, start: int, end: int, path: DocumentPath) -> None:
        """What is merged is neither a mapping nor a list of them."""
        self._add(
            Diagnostic(
                code="AF-Y206",
                message=f'"<<" merges a mapping or a list of mappings, found {describe_value(value)}',
                hint="name an anchored mapping: <<: *defaults",
                span=self._lines.span(start, end),
                path=path,
            )
        )

    def bad_alias(self, name: str, anchors: Anchors, place: int, path: DocumentPath) -> None:
        """An alias names no anchor before it, or one that it stands in."""
        recursive = anchors.is_open(name)
        span = self._lines.span(*unpack_place(place))
        if recursive:
            finding = Diagnostic(
                code="AF-Y302",
                message=f'the alias "*{name}" stands inside its own anchor',
                hint="a value cannot contain itself; write out the inner part",
                span=span,
                path=path,
            )
        else:
            finding = Diagnostic(
                code="AF-Y301",
                message=f'no anchor "&{name}" stands before this alias',
                label=did_you_mean(name, anchors.latest_names()),
                hint=f'define it further up: "&{name}" before the value it names',
                span=span,
                path=path,
            )
        self._add(finding)

    def too_many_aliases(self, most: int, place: int, path: DocumentPath) -> NoReturn:
        """The aliases expand beyond the bound; reading ends."""
        self._findings.stop(
            Diagnostic(
                code="AF-Y303",
                message=f"the aliases of this document expand to more than {most:,} values",
                hint="aliases of aliases multiply; write the list as data that a step reads",
                span=self._lines.span(*unpack_place(place)),
                path=path,
            )
        )

    def too_deep(self, most: int, start: int, path: DocumentPath) -> NoReturn:
        """The nesting is beyond the bound; reading ends."""
        self._findings.stop(
            Diagnostic(
                code="AF-Y304",
                message=f"lists and mappings are nested more than {most} levels deep here",
                hint="flatten the document; the rest of it was not read",
                span=self._lines.span(start, start + 1),
                path=path,
            )
        )

    def too_many_nodes(self, most: int, start: int, path: DocumentPath) -> NoReturn:
        """The values are more than the bound; reading ends."""
        self._findings.stop(
            Diagnostic(
                code="AF-Y305",
                message=f"the document has more than {most:,} values",
                hint="keep data out of the document: let a step read it from a file",
                span=self._lines.span(start, start + 1),
                path=path,
            )
        )

    def second_document(self, start: int, end: int) -> NoReturn:
        """Another document begins in the same file; reading ends."""
        self._findings.stop(
            Diagnostic(
                code="AF-Y104",
                message="a second document begins here; a file holds one",
                hint='remove the "---", or move what follows to a file of its own',
                span=self._lines.span(start, end),
            )
        )

    def _add(self, finding: Diagnostic) -> None:
        self._findings.add(finding)
