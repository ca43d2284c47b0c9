"""Findings as text for people: the source line, a caret under the exact token, then the hint."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.cells import make_visible, width_of
from aetherflow.core.diagnostics.excerpt import WIDEST_LINE, Excerpt, make_excerpt
from aetherflow.core.diagnostics.folding import folded
from aetherflow.core.diagnostics.style import COLOR, PLAIN, Style

__all__ = ["COLOR", "PLAIN", "Style", "render_each", "render_text", "summary"]

Mask = Callable[[str], str]
_INDENT = 4  # cells before the further lines of a message
_CUTS = 2  # cells for the signs on either side of a line that is cut
_LONGEST_WORDING = 1000  # characters; a finding may quote a key of megabytes
_LINE_BREAK = re.compile(r"\r\n?|\n")


def _unmasked(text: str) -> str:
    return text


def render_text(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, str],
    *,
    mask: Mask = _unmasked,
    style: Style = PLAIN,
    columns: int | None = None,
) -> str:
    """Write findings, a blank line between two, and a summary line at the end; nothing for none.

    ``sources`` maps a file's name to its text. Source lines and messages go through ``mask`` first.
    Where ``columns`` are given, no source line and no caret line is wider, so that the caret stays under its token.
    """
    if not diagnostics:
        return ""
    return "\n\n".join(
        [*render_each(diagnostics, sources, mask=mask, style=style, columns=columns), summary(diagnostics)]
    )


def render_each(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    *,
    mask: Mask = _unmasked,
    style: Style = PLAIN,
    columns: int | None = None,
) -> list[str]:
    """Write each finding by itself, for those who put something between them; otherwise as `render_text` does."""
    report = _Report(sources, mask, style, columns)
    return [report.finding(diagnostic) for diagnostic in diagnostics]


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Count findings: ``2 errors, 1 warning``."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = [(severities.count(severity), str(severity)) for severity in Severity]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)


class _Report:
    def __init__(self, sources: Mapping[str, str], mask: Mask, style: Style, columns: int | None) -> None:
        self._sources = sources
        self._mask = mask
        self._style = style
        self._columns = columns
        self._lines: dict[str, list[str]] = {}
        self._masked_lines: dict[tuple[str, int], str] = {}

    def finding(self, diagnostic: Diagnostic) -> str:
        span = diagnostic.span
        margin = " " * (len(str(span.line)) if span else 1)
        lines = [self._header(diagnostic)]
        if span:
            lines.append(f"{margin}{self._gutter('-->')} {self._clean(span.file)}:{span.line}:{span.column}")
        source_line = self._source_line(span) if span else None
        remark = diagnostic.label
        if span and source_line is not None:
            excerpt, room = self._excerpt(span, source_line)
            marked, is_label_placed = _marked(excerpt, self._clean(remark or ""), room)
            remark = None if is_label_placed else remark
            lines += self._below_gutter(diagnostic, span, excerpt.line, marked)
        return "\n".join(lines + self._remarks(diagnostic, remark, margin, is_below_source=source_line is not None))

    def _header(self, diagnostic: Diagnostic) -> str:
        title = self._style.paint(f"{diagnostic.severity}[{diagnostic.code}]", self._style.of(diagnostic.severity))
        message = "\n    ".join(self._headline(diagnostic))
        return f"{title}: {self._style.paint(message, self._style.message)}"

    def _headline(self, diagnostic: Diagnostic) -> Iterator[str]:
        """Give the lines of a message, each no wider than the room that there is, if its words are not."""
        used = len(f"{diagnostic.severity}[{diagnostic.code}]: ")
        for number, line in enumerate(map(self._clean, _LINE_BREAK.split(diagnostic.message))):
            if self._columns is None:
                yield line
            else:
                yield from folded(line, self._columns - (_INDENT if number else used), self._columns - _INDENT)

    def _excerpt(self, span: Span, source_line: str) -> tuple[Excerpt, int | None]:
        """Give the excerpt, and how many cells there are beside the gutter."""
        room = None if self._columns is None else self._columns - len(f"{span.line} | ")
        width = WIDEST_LINE if room is None else max(1, min(WIDEST_LINE, room - _CUTS))
        return make_excerpt(source_line, self._masked_line(span, source_line), span, self._mask, width), room

    def _below_gutter(self, diagnostic: Diagnostic, span: Span, line: str, marked: list[tuple[int, str]]) -> list[str]:
        margin = f"{' ' * len(str(span.line))} {self._gutter('|')}"
        style = self._style.of(diagnostic.severity)
        marks = [f"{margin} {' ' * indent}{self._style.paint(text, style)}" for indent, text in marked]
        return [margin, f"{self._gutter(f'{span.line} |')} {line}".rstrip(), *marks]

    def _remarks(self, diagnostic: Diagnostic, label: str | None, margin: str, *, is_below_source: bool) -> list[str]:
        hint = [diagnostic.hint] if diagnostic.hint else []
        remarks = [*([label] if label else []), *hint, *(f"note: {note}" for note in diagnostic.notes)]
        lines = [line for remark in remarks for line in self._remark(remark, margin)]
        return [f"{margin} {self._gutter('|')}", *lines] if lines and is_below_source else lines

    def _remark(self, text: str, margin: str) -> list[str]:
        first, *others = (self._clean(line) for line in _LINE_BREAK.split(text))
        return [f"{margin} {self._gutter('=')} {first}", *(f"{margin}   {line}".rstrip() for line in others)]

    def _source_line(self, span: Span) -> str | None:
        text = self._sources.get(span.file)
        if text is None:
            return None
        lines = self._lines.get(span.file)
        if lines is None:
            lines = self._lines[span.file] = _LINE_BREAK.split(text)
        return lines[span.line - 1] if 0 < span.line <= len(lines) else None

    def _masked_line(self, span: Span, line: str) -> str:
        place = (span.file, span.line)
        if place not in self._masked_lines:
            self._masked_lines[place] = self._mask(line)
        return self._masked_lines[place]

    def _clean(self, text: str) -> str:
        masked = self._mask(text)
        return make_visible(masked if len(masked) <= _LONGEST_WORDING else f"{masked[:_LONGEST_WORDING]}…")

    def _gutter(self, sign: str) -> str:
        return self._style.paint(sign, self._style.gutter)


def _marked(excerpt: Excerpt, label: str, room: int | None) -> tuple[list[tuple[int, str]], bool]:
    """Place caret and label, each line with its indent; tells whether there was a place for the label."""
    caret = "^" * excerpt.width
    width = width_of(label)
    if not label or room is None or excerpt.indent + excerpt.width + 1 + width <= room:
        return [(excerpt.indent, f"{caret} {label}".rstrip())], True
    if width <= room:
        return [(excerpt.indent, caret), (min(excerpt.indent, room - width), label)], True
    return [(excerpt.indent, caret)], False
