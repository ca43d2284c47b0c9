"""The calls that one attempt of a step has made in worker processes, and their end with it."""

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.processes.streams import Stream
from aetherflow.core.runner.foreign_error import WorkerTraceback
from aetherflow.core.runner.foreign_text import readable
from aetherflow.core.runner.worker_pool import WorkerPool
from aetherflow.core.runner.worker_side import Answer


class _Call(Future[Any]):
    """A call in a worker: its result is what the function has returned, in the values of this process."""

    def __init__(self, inner: "Future[Answer]") -> None:
        super().__init__()
        self.inner = inner
        self.stopped_for: StepFailed | None = None

    def cancel(self) -> bool:
        self.inner.cancel()
        return self.cancelled()

    def running(self) -> bool:
        return self.inner.running() and not self.done()


class StepWorkers:
    """The workers' calls of one attempt; calls may come from threads of the step."""

    def __init__(self, pool: WorkerPool, monotonic: Callable[[], float], printed: Stream) -> None:
        self._pool = pool
        self._printed = printed
        self._monotonic = monotonic
        self._calls: dict[_Call, float | None] = {}  # with the moment when their time is over
        self._timers: dict[float, threading.Timer] = {}
        self._has_ended = False

    def spawn(self, function: Callable[..., Any], arguments: tuple[Any, ...], deadline: float | None) -> Future[Any]:
        """Call a function in a worker; raises StepFailed for what cannot be sent to another process."""
        pickled = _pickled(function, arguments)
        with self._pool.lock:
            if self._has_ended:
                raise StepFailed("a step that has ended cannot start a worker")
            call = _Call(self._pool.submit(pickled, self._printed))
            self._calls[call] = deadline
            self._watch(deadline)
        call.inner.add_done_callback(lambda _: self._settle(call))
        return call

    def end(self) -> None:
        """Cancel what has not begun, and end the workers where something is still running."""
        with self._pool.lock:
            self._has_ended = True
            for timer in self._timers.values():
                timer.cancel()
        self._stop(list(self._calls), StepFailed("the step ended before its worker did"))
        self._pool.show_what_was_printed()

    def _watch(self, deadline: float | None) -> None:
        if deadline is None or deadline in self._timers:
            return
        seconds = max(0.0, deadline - self._monotonic())
        timer = self._timers[deadline] = threading.Timer(seconds, self._time_is_over, [deadline])
        timer.daemon = True
        timer.start()

    def _time_is_over(self, deadline: float) -> None:
        late = [call for call, its in list(self._calls.items()) if its is not None and its <= deadline]
        self._stop(late, StepFailed("the time was over before the worker had ended", timed_out=True))

    def _stop(self, calls: list[_Call], reason: StepFailed) -> None:
        """Cancel calls; where one of them is running all workers are ended, for nobody knows which one runs it."""
        left = [call for call in calls if not call.cancel() and not call.done()]
        if not left:
            return
        with self._pool.lock:
            stopped = list(self._calls)
            for call in stopped:
                call.stopped_for = reason if call in left else _ended_with_another()
            self._pool.kill()
        for call in stopped:  # without the lock: whoever waits for a call may make the next one
            self._settle(call)

    def _settle(self, call: _Call) -> None:
        """Give a call its result; this runs in a thread of the pool, which holds locks of its own."""
        self._calls.pop(call, None)
        if call.stopped_for:
            _fail(call, call.stopped_for)
            return
        if call.inner.cancelled():
            Future.cancel(call)
            call.set_running_or_notify_cancel()
            return
        error = call.inner.exception()
        if isinstance(error, BrokenProcessPool):
            _fail(call, StepFailed(f"a worker process is gone: {self._pool.how_it_broke()}"))
        elif error is not None:
            _fail(call, error)
        else:
            _answer(call, call.inner.result())


def _ended_with_another() -> StepFailed:
    return StepFailed("the workers were ended, for the time of another one was over")


def _pickled(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    try:
        return pickle.dumps((function, arguments))
    except Exception as error:  # noqa: BLE001  # pickling runs foreign code
        name = getattr(function, "__qualname__", type(function).__name__)
        raise StepFailed(
            f'the call of "{name}" cannot be sent to a worker process: {error}',
            hint="give a function that stands in a module by its name, and values that pickle can write; ctx is none",
        ) from None


def _answer(call: _Call, answer: Answer) -> None:
    if answer.kind == "unsendable":
        text = f"what the worker's function returned cannot be sent back: {answer.text}"
        _fail(call, StepFailed(text, hint="return plain values, or write a file and return its path"))
        return
    try:
        value = pickle.loads(answer.pickled) if answer.pickled else None  # made by a worker of our own
    except BaseException as error:  # noqa: BLE001  # unpickling runs foreign code, in a thread that would swallow all
        _fail(call, StepFailed(_unreadable(answer, error)))
        return
    if answer.kind == "returned":
        _succeed(call, value)
    elif isinstance(value, BaseException):
        value.__cause__ = WorkerTraceback(answer.text)
        _fail(call, value)
    else:
        _fail(call, StepFailed(_unreadable(answer, None)))


def _unreadable(answer: Answer, error: BaseException | None) -> str:
    if answer.kind == "raised":
        last = answer.text.rstrip().rpartition("\n")[2]
        return f"a worker raised {last}\n{answer.text}"
    return f"what the worker's function returned cannot be read here: {readable(error)}"


def _succeed(call: _Call, value: Any) -> None:
    try:
        call.set_result(value)
    except InvalidStateError:  # its time was over in this very moment
        return


def _fail(call: _Call, error: BaseException) -> None:
    try:
        call.set_exception(error)
    except InvalidStateError:
        return
