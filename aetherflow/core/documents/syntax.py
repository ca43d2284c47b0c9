"""What the YAML parser could not read, in clear words and at its exact place."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.lines import LineIndex, line_end, line_start
from aetherflow.core.documents.syntax_rules import Explanation, Trouble, explain

_MOST_CONTROL_CHARACTERS = 100
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def explain_error(error: Exception, text: str, lines: LineIndex) -> list[Explanation]:
    """Say what an error of the parser means, and where; at least one explanation."""
    if getattr(error, "problem", None) is not None:
        return [explain(_trouble(error, text, lines))]
    return list(islice(_control_characters(text), _MOST_CONTROL_CHARACTERS)) or [_unexplained(error)]


def located(explained: Explanation, lines: LineIndex, path: DocumentPath) -> Diagnostic:
    """Make a finding of an explanation."""
    return Diagnostic(
        code=explained.code,
        message=explained.message,
        label=explained.label,
        hint=explained.hint,
        span=lines.span(explained.start, explained.end),
        path=path,
    )


def _trouble(error: Any, text: str, lines: LineIndex) -> Trouble:
    mark = error.problem_mark or error.context_mark
    context = error.context_mark
    offset = min(mark.index, len(text))
    return Trouble(
        problem=error.problem,
        context=error.context or "",
        text=text,
        offset=offset,
        context_offset=context.index if context else offset,
        line_start=line_start(text, offset),
        line_end=line_end(text, offset),
        line=lines.line_and_column(offset)[0],
    )


def _control_characters(text: str) -> Iterator[Explanation]:
    for found in _FORBIDDEN.finditer(text):
        number = ord(found[0])
        yield Explanation(
            code="AF-Y005",
            message=f"the character U+{number:04X} cannot stand in YAML",
            hint=f'if it is meant, write it as an escape in double quotes: "{_escape(number)}"',
            start=found.start(),
            end=found.end(),
        )


def _escape(number: int) -> str:
    return f"\\x{number:02X}" if number < 0x100 else f"\\u{number:04X}"


def _unexplained(error: Any) -> Explanation:
    position = getattr(error, "position", 0)
    reason = getattr(error, "reason", None) or str(error).splitlines()[0]
    return Explanation(code="AF-Y101", message=f"this is not YAML: {reason}", start=position, end=position + 1)
