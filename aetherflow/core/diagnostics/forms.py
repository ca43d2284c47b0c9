"""Findings as plain values and lines for other programs: JSON, GitHub annotations. SARIF stands next door."""

from collections.abc import Iterable
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import render_path
from aetherflow.core.diagnostics.advice import advice
from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.diagnostics.sarif import to_sarif

__all__ = ["to_github", "to_json", "to_sarif"]

_GITHUB_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Give a finding's stable JSON form; what is not known is null."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "hint": advice(diagnostic),
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "path": render_path(diagnostic.path),
    }


def to_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Write findings as workflow commands, one a line, which GitHub shows beside the source."""
    return "\n".join(_annotation(diagnostic) for diagnostic in diagnostics)


def _annotation(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = f" file={_property(span.file)},line={span.line},col={span.column}" if span else ""
    remarks = advice(diagnostic)
    text = f"{diagnostic.code}: {diagnostic.message}" + (f"\n{remarks}" if remarks else "")
    return f"::{_GITHUB_COMMANDS[diagnostic.severity]}{place}::{_data(text)}"


def _data(text: str) -> str:
    lines = (make_visible(line) for line in text.replace("%", "%25").splitlines())
    return "%0A".join(lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
