"""One finding about a user's input or surroundings."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from aetherflow.core.contracts.span import DocumentPath, Span


class Severity(StrEnum):
    """How much a finding matters: only errors stop a run."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Diagnostic(Struct, frozen=True, kw_only=True):
    """A finding: what is wrong, where, and what to do about it.

    ``code`` is stable and documented (``AF-F204``). ``label`` is the short remark beside the caret and ``hint`` the
    advice below the source line; both are optional. ``notes`` are further lines below the hint.

    Example::

        for finding in validate_flow("flow.yaml"):
            print(finding.severity, finding.code, finding.message, finding.span)
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    label: str | None = None
    hint: str | None = None
    notes: tuple[str, ...] = ()
    span: Span | None = None
    path: DocumentPath = ()


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of the findings is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def in_order_of_place(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort findings by file, line and column; those without a place come first, equal places keep their order."""

    def place(diagnostic: Diagnostic) -> tuple[str, int, int]:
        span = diagnostic.span
        return (span.file, span.line, span.column) if span else ("", 0, 0)

    return sorted(diagnostics, key=place)
