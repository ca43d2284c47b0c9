"""Findings for tests: one of each look, at places that the test says."""

from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span

FILE = "flow.yaml"


def finding(line: int, column: int, end_column: int, *, end_line: int | None = None, **fields: Any) -> Diagnostic:
    """Make a finding at a place of ``flow.yaml``."""
    span = Span(FILE, line, column, end_line or line, end_column)
    return Diagnostic(**{"code": "AF-F204", "message": "this is wrong", "span": span, **fields})


def finding_at(text: str, part: str, **fields: Any) -> Diagnostic:
    """Make a finding at the place of ``part`` in a text of one line."""
    column = text.index(part) + 1
    return finding(1, column, column + len(part), **fields)
