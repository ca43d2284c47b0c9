"""Runs of compiled flows for programs: to the end, or event by event; from threads, and from asyncio."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from queue import SimpleQueue
from typing import Any

from aetherflow.core.contracts.compiled_flow import FlowText
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.operations.embedding import flow_request, run_request
from aetherflow.core.operations.graph_flow import graph
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_flow import run
from aetherflow.core.processes.interrupts import InterruptGate

Params = Mapping[str, Any]
Options = Mapping[str, Any]


def invoke(text: FlowText, params: Params, options: Options) -> RunResult:
    """Run the flow to its end."""
    return run(_request(text, params, options))


def stream(text: FlowText, params: Params, options: Options) -> Iterator[Event]:
    """Run the flow on a thread of its own; who stops reading ends the run, which can be resumed."""
    told: SimpleQueue[Event | _Ended] = SimpleQueue()
    running = _Running(_request(text, params, options), told.put)
    try:
        while isinstance(item := told.get(), Event):
            yield item
        item.check()
    finally:
        running.end()
        running.join()


async def ainvoke(text: FlowText, params: Params, options: Options) -> RunResult:
    """Run the flow on a thread of its own; a cancelled task ends the run, and waits for that."""
    ended: asyncio.Future[_Ended] = asyncio.get_running_loop().create_future()
    running = _Running(_request(text, params, options), _hand_over(lambda item: _settle(ended, item)))
    try:
        return (await asyncio.shield(ended)).check()
    except asyncio.CancelledError:
        running.end()
        await ended
        raise


async def astream(text: FlowText, params: Params, options: Options) -> AsyncIterator[Event]:
    """Run the flow on a thread of its own; who stops reading ends the run, and waits for that."""
    told: asyncio.Queue[Event | _Ended] = asyncio.Queue()
    running = _Running(_request(text, params, options), _hand_over(told.put_nowait))
    item: Event | _Ended | None = None
    try:
        while isinstance(item := await told.get(), Event):
            yield item
        item.check()
    finally:
        running.end()
        while not isinstance(item, _Ended):
            item = await told.get()


def graph_of_text(text: FlowText, options: Options) -> FlowGraph:
    """Draw up the graph; raises InputError with all findings where the flow could not run."""
    return graph(flow_request(text, **options))


def _request(text: FlowText, params: Params, options: Options) -> RunRequest:
    return run_request(text.name, params, text=text, **options)


class _Ended:
    """The end of a run: its result, or what was raised."""

    def __init__(self, result: RunResult | None, error: BaseException | None) -> None:
        self._result = result
        self._error = error

    def check(self) -> RunResult:
        """Give the result, or raise."""
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result


Tell = Callable[[Event | _Ended], None]


class _Running:
    """A run on a thread of its own, which tells each event, and the end once."""

    def __init__(self, request: RunRequest, tell: Tell) -> None:
        self._gate = InterruptGate()
        self._request = request
        self._tell = tell
        self._thread = threading.Thread(target=self._run, name="aetherflow-run")
        self._thread.start()

    def end(self) -> None:
        """Ask the run to end after the step that is running; nothing happens where it has ended."""
        if self._gate.requested is None:
            self._gate.requested = signal.SIGINT

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def _run(self) -> None:
        try:
            ended = _Ended(run(self._request, listeners=[self._tell], gate=self._gate), None)
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is raised again where the run is read
            ended = _Ended(None, error)
        self._tell(ended)


def _hand_over(take: Callable[[Any], object]) -> Tell:
    """Let what a thread tells be taken by the event loop; one that is closed takes nothing any more."""
    loop = asyncio.get_running_loop()

    def tell(item: Event | _Ended) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(take, item)

    return tell


def _settle(ended: "asyncio.Future[_Ended]", item: Event | _Ended) -> None:
    if isinstance(item, _Ended) and not ended.done():
        ended.set_result(item)
