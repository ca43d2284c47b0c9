"""What the YAML parser could not read, in clear words and at its exact place."""

from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.source import Source


def syntax_findings(error: Exception, source: Source, lines: LineIndex) -> list[Diagnostic]:
    """Turn an error of the parser into findings."""
    mark: Any = getattr(error, "problem_mark", None)
    start = mark.index if mark else 0
    return [
        Diagnostic(
            code="AF-Y101", message=f"not YAML: {getattr(error, 'problem', error)}", span=lines.span(start, start + 1)
        )
    ]
