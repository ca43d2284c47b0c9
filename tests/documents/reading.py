"""Reads texts as a user's file would be, for the tests of this folder."""

from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.documents.flow_reader import LoadedFlow, load_flow
from aetherflow.core.documents.reader import Document, read_document
from aetherflow.core.documents.source import Source

NAME = "flow.yaml"


def read(text: str) -> Document:
    """Read a text in which nothing is wrong."""
    reading = read_document(Source(NAME, text))
    assert reading.diagnostics == []
    assert reading.document is not None
    return reading.document


def data(text: str) -> Any:
    """Give the plain data of a text in which nothing is wrong."""
    return read(text).data


def findings(text: str) -> list[Diagnostic]:
    """Give what is found by reading alone."""
    return read_document(Source(NAME, text)).diagnostics


def codes(text: str) -> list[str]:
    """Give the codes of what is found by reading alone."""
    return [finding.code for finding in findings(text)]


def flow_findings(text: str, workflow: str | None = None) -> list[Diagnostic]:
    """Give what is found by reading a text and typing it as a flow."""
    reading = read_document(Source(NAME, text))
    typed = load_flow(reading.document, workflow=workflow).diagnostics if reading.document else []
    return in_order_of_place([*reading.diagnostics, *typed])


def repaired(text: str) -> LoadedFlow:
    """Give the flow that is made of a text in which something is wrong."""
    reading = read_document(Source(NAME, text))
    assert reading.document is not None
    loaded = load_flow(reading.document)
    assert loaded.flow is not None
    assert reading.diagnostics or loaded.diagnostics
    return loaded.flow


def flow(text: str, workflow: str | None = None) -> LoadedFlow:
    """Give the flow of a text in which nothing is wrong."""
    loaded = load_flow(read(text), workflow=workflow)
    assert loaded.diagnostics == []
    assert loaded.flow is not None
    return loaded.flow


def shown(diagnostics: list[Diagnostic], text: str) -> str:
    """Render findings as a user sees them."""
    return render_text(diagnostics, {NAME: text})


def under(span: Span, text: str) -> str:
    """Give the piece of the text that a span covers."""
    assert span.line == span.end_line
    return text.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1]
