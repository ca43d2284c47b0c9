"""What a compiler makes of a source: a flow that can be run, drawn, and read again as text."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.contracts.result import RunResult


class FlowText(Struct, frozen=True, kw_only=True):
    """A flow as a document. ``name`` is what findings call it; ``validators`` are those of the source it came from."""

    name: str
    text: str
    workflow_name: str | None = None
    validators: Mapping[str, str] = {}


class CompiledFlow:
    """A flow from anywhere, made by `compile_document` or `LazyFlow`.

    Each method that runs it takes ``params``, and by keywords what `run_flow` takes: ``plugins``, ``observers``,
    ``env``, ``plugin_paths``, ``run_id``, ``run_key``, ``resume``. It keeps nothing of a run: several may run at once.

    Example::

        say = {"id": "say", "type": "log", "inputs": {"message": "hello"}}
        flow = compile_document({"flow": {"id": "hello"}, "jobs": [{"id": "main", "steps": [say]}]})
        print(flow.invoke().status, flow.get_graph().to_text())
    """

    def flow_text(self) -> FlowText:
        """Give the document itself: what is validated, and what runs."""
        raise NotImplementedError(f"{type(self).__name__} is no compiled flow: make one with compile_document")

    def invoke(self, params: Mapping[str, Any] | None = None, **options: Any) -> RunResult:
        """Run the flow to its end; a failed run is a result, a refusal raises AetherFlowError."""
        raise NotImplementedError

    def stream(self, params: Mapping[str, Any] | None = None, **options: Any) -> Iterator[Event]:
        """Run the flow, and give its events as they happen; a refusal is raised where the first would be."""
        raise NotImplementedError

    async def ainvoke(self, params: Mapping[str, Any] | None = None, **options: Any) -> RunResult:
        """Run the flow on a thread of its own, and wait for the end."""
        raise NotImplementedError

    def astream(self, params: Mapping[str, Any] | None = None, **options: Any) -> AsyncIterator[Event]:
        """Run the flow on a thread of its own, and give its events as they happen."""
        raise NotImplementedError

    def get_graph(self, **options: Any) -> FlowGraph:
        """Give the jobs and their edges, to be drawn; of the keywords those that decide which plugins there are."""
        raise NotImplementedError


class LazyFlow(CompiledFlow):
    """A flow that is loaded when it is first used, once: ``loader`` gives a compiled flow.

    Example::

        def compile(self, source, *, workflow_name=None, validate=True):
            return LazyFlow(lambda: compile_document(self._fetch(source), source=source, workflow_name=workflow_name))
    """

    def __init__(self, loader: Callable[[], CompiledFlow]) -> None:
        self._loader = loader
        self._lock = threading.Lock()
        self._flow: CompiledFlow | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether it has been used; a load that failed is tried again."""
        return self._flow is not None

    def flow_text(self) -> FlowText:
        """Load the flow, and give its document."""
        return self._loaded().flow_text()

    def invoke(self, params: Mapping[str, Any] | None = None, **options: Any) -> RunResult:
        """Load the flow, and run it to its end."""
        return self._loaded().invoke(params, **options)

    def stream(self, params: Mapping[str, Any] | None = None, **options: Any) -> Iterator[Event]:
        """Load the flow, run it, and give its events as they happen."""
        return self._loaded().stream(params, **options)

    async def ainvoke(self, params: Mapping[str, Any] | None = None, **options: Any) -> RunResult:
        """Load the flow and run it, both on other threads."""
        import asyncio  # deferred: plugins import this, few are asynchronous

        flow = await asyncio.to_thread(self._loaded)
        return await flow.ainvoke(params, **options)

    async def astream(self, params: Mapping[str, Any] | None = None, **options: Any) -> AsyncIterator[Event]:
        """Load the flow and run it on other threads, and give its events as they happen."""
        import asyncio  # deferred, as above

        flow = await asyncio.to_thread(self._loaded)
        async for event in flow.astream(params, **options):
            yield event

    def get_graph(self, **options: Any) -> FlowGraph:
        """Load the flow, and give its graph."""
        return self._loaded().get_graph(**options)

    def _loaded(self) -> CompiledFlow:
        with self._lock:
            if self._flow is None:
                self._flow = self._loader()
            return self._flow
