"""`compile_document`: the flow that a document is, wherever that comes from."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from aetherflow.core.compilers.uri import is_nameless, shown_flow, uri_of
from aetherflow.core.contracts.compiled_flow import CompiledFlow, FlowText
from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import FlowInvalid, InputError
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.contracts.span import start_of
from aetherflow.core.documents.flow_reader import load_flow
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source, decode_source
from aetherflow.core.operations.arguments import check_arguments

Content = Mapping[str, Any] | str | bytes | RemoteText


class CompiledDocument(CompiledFlow):
    """A flow that is a text by now."""

    def __init__(self, text: FlowText) -> None:
        self._text = text

    def flow_text(self) -> FlowText:
        """Give the document."""
        return self._text

    def invoke(self, params: Mapping[str, Any] | None = None, **options: Any) -> RunResult:
        """Run the flow to its end."""
        from aetherflow.core.operations.compiled_runs import invoke  # deferred: compilers make flows that others run

        return invoke(self._text, params or {}, options)

    def stream(self, params: Mapping[str, Any] | None = None, **options: Any) -> Iterator[Event]:
        """Run the flow, and give its events as they happen."""
        from aetherflow.core.operations.compiled_runs import stream  # deferred, as above

        return stream(self._text, params or {}, options)

    async def ainvoke(self, params: Mapping[str, Any] | None = None, **options: Any) -> RunResult:
        """Run the flow on a thread of its own, and wait for the end."""
        from aetherflow.core.operations.compiled_runs import ainvoke  # deferred, as above

        return await ainvoke(self._text, params or {}, options)

    def astream(self, params: Mapping[str, Any] | None = None, **options: Any) -> AsyncIterator[Event]:
        """Run the flow on a thread of its own, and give its events as they happen."""
        from aetherflow.core.operations.compiled_runs import astream  # deferred, as above

        return astream(self._text, params or {}, options)

    def get_graph(self, **options: Any) -> FlowGraph:
        """Give the jobs and their edges."""
        from aetherflow.core.operations.compiled_runs import graph_of_text  # deferred, as above

        return graph_of_text(self._text, options)


def compile_document(document: Content, *, source: str, workflow_name: str | None, validate: bool) -> CompiledDocument:
    """Make a flow of a document; raises FlowInvalid, with the findings, where it is none."""
    check_arguments(source=source, workflow_name=workflow_name)
    name = _name(source)
    text = _text(document, name)
    validators = document.validators if isinstance(document, RemoteText) else {}
    flow = CompiledDocument(FlowText(name=name, text=text, workflow_name=workflow_name, validators=validators))
    if validate:
        _check(flow)
    return flow


def _name(source: str) -> str:
    """Give the name of a source; what cannot be found by its name is told by its brackets."""
    shown = shown_flow(source)
    return shown if uri_of(source) or is_nameless(shown) or Path(source).is_file() else f"<{shown or 'flow'}>"


def _text(document: Content, name: str) -> str:
    if isinstance(document, str):
        return document
    content = document.content if isinstance(document, RemoteText) else document
    try:
        if not isinstance(content, bytes):
            content = msgspec.json.format(msgspec.json.encode(content), indent=2)
        return decode_source(name, content).text
    except InputError as error:
        raise FlowInvalid(error.message, hint=error.hint, diagnostics=error.diagnostics) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise FlowInvalid.of(_not_json(name, error)) from None


def _check(flow: CompiledDocument) -> None:
    text = flow.flow_text()
    source = Source(text.name, text.text)
    reading = read_document(source)
    found = list(reading.diagnostics)
    if reading.document is not None:
        found += load_flow(reading.document, workflow=text.workflow_name).diagnostics
    if not has_errors(found):
        return
    first = next(iter(found))
    sources = {source.name: source.text}
    error = FlowInvalid(f"{text.name}: {first.message}", hint=first.hint, diagnostics=found, sources=sources)
    error.flow = flow
    raise error


def _not_json(name: str, error: Exception) -> Diagnostic:
    return Diagnostic(
        code="AF-C125",
        message=f"the mapping that the flow was made of cannot be written as JSON: {error}",
        hint="give mappings with texts as keys, lists, texts, numbers, booleans and None",
        span=start_of(name),
    )
