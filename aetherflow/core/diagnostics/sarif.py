"""Findings as SARIF 2.1.0, which code hosts and editors read.

The form: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span, render_path
from aetherflow.core.diagnostics.advice import advice
from aetherflow.core.diagnostics.pages import Page, page_of

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"


def to_sarif(diagnostics: Sequence[Diagnostic], tool_version: str) -> dict[str, Any]:
    """Give a SARIF log with one run; files named relatively are relative to the source's root, ``%SRCROOT%``."""
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    driver = {"name": "AetherFlow", "version": tool_version, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that the command was run in."}}},
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in diagnostics],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    page = page_of(code)
    if not page:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.meaning},
        "help": {"text": _help_text(page), "markdown": _help_markdown(page)},
    }


def _help_text(page: Page) -> str:
    example = f"For example:\n\n{page.example}\n\n" if page.example else ""
    return f"{page.meaning}\n\n{example}{page.fix}"


def _help_markdown(page: Page) -> str:
    example = f"```yaml\n{page.example}\n```\n\n" if page.example else ""
    return f"{page.meaning}\n\n{example}{page.fix}"


def _result(diagnostic: Diagnostic, rule_index: int) -> dict[str, Any]:
    remarks = advice(diagnostic)
    text = diagnostic.message + (f" ({remarks})" if remarks else "")
    result = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule_index,
        "level": str(diagnostic.severity),  # the three words are SARIF's own
        "message": {"text": text},
    }
    return {**result, "locations": [_location(diagnostic, diagnostic.span)]} if diagnostic.span else result


def _location(diagnostic: Diagnostic, span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(span.file), "region": region}}
    if diagnostic.path:
        location["logicalLocations"] = [{"fullyQualifiedName": render_path(diagnostic.path)}]
    return location


def _artifact(file: str) -> dict[str, str]:
    from urllib.parse import quote  # deferred: only this form needs it

    path = PurePosixPath(file)
    uri = quote(str(path).encode("utf-8", "surrogateescape"))  # the bytes of a path that are no text, too
    if path.is_absolute():
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": _ROOT}
