"""The worker processes of a run: started when the first call is made, as many as there are processors for us."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from aetherflow.core.processes.group import living_members
from aetherflow.core.processes.leftovers import TOKEN_VARIABLE, marked_processes
from aetherflow.core.processes.starting import heed_children

if TYPE_CHECKING:  # 20 ms, and few runs have workers
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

    from aetherflow.core.processes.streams import Stream
    from aetherflow.core.runner.worker_output import WorkerOutput
    from aetherflow.core.runner.worker_side import Answer

#: How long killed processes may take to vanish.
_VANISH_SECONDS = 1.0
_LOOK_SECONDS = 0.01
#: The environment is the process's own: one process at a time is started with a token in it.
_starting = threading.Lock()


class WorkerPool:
    """Runs calls in processes that carry the run's token, and are spawned: nothing of the runner is copied."""

    def __init__(self, token: str) -> None:
        self.lock = threading.Lock()
        self._token = token
        self._executor: ProcessPoolExecutor | None = None
        self._processes: list[BaseProcess] = []
        self._output: WorkerOutput | None = None

    def submit(self, pickled: bytes, printed: "Stream") -> "Future[Answer]":
        """Make a call in a worker, which prints to ``printed``; ``lock`` is held. A pool that broke is replaced."""
        from concurrent.futures.process import BrokenProcessPool  # deferred, as above

        self._output_of_workers().show_by(printed)
        try:
            return self._submitted(pickled)
        except BrokenProcessPool:
            self.kill()
            return self._submitted(pickled)

    def kill(self) -> None:
        """End all workers at once, with everything that they have started; ``lock`` is held."""
        executor, self._executor = self._executor, None
        processes, self._processes = self._processes, []
        if executor is None:
            return
        for process in processes:
            _kill(process, self._token)
        _wait(processes, _VANISH_SECONDS)
        executor.shutdown(wait=False, cancel_futures=True)

    def show_what_was_printed(self) -> None:
        """Show what workers have printed until now, before the step that they served is over."""
        if self._output:
            self._output.show_all()

    def close(self) -> None:
        """End the workers at the end of a run; they are idle then, and what they have started ends with them."""
        with self.lock:
            self.kill()
            if self._output:
                self._output.close()

    def how_it_broke(self) -> str:
        """Say how a worker ended that left its call without an answer."""
        code = _exit_code(self._processes)
        if code is None:
            return "it ended"
        return f"it was killed by {signal.Signals(-code).name}" if code < 0 else f"it left with exit code {code}"

    def _submitted(self, pickled: bytes) -> "Future[Answer]":
        from aetherflow.core.runner.worker_side import answer_call  # deferred, as above

        executor = self._executor or self._made()
        if len(self._processes) == _processors():
            return executor.submit(answer_call, pickled)
        with _token_in_environment(self._token):  # a process may be started for this call
            return executor.submit(answer_call, pickled)

    def _made(self) -> "ProcessPoolExecutor":
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing.resource_tracker import ensure_running

        from aetherflow.core.plugins.loading.worker import worker_plugins
        from aetherflow.core.runner.worker_side import begin_worker

        heed_children()
        ensure_running()  # before there is a token in the environment: it is this process's, not the run's
        self._executor = ProcessPoolExecutor(
            _processors(),
            mp_context=_recording_context(self._processes),
            initializer=begin_worker,
            initargs=(worker_plugins(), self._output_of_workers().writer),
        )
        return self._executor

    def _output_of_workers(self) -> "WorkerOutput":
        from aetherflow.core.runner.worker_output import WorkerOutput  # deferred, as above

        self._output = self._output or WorkerOutput()
        return self._output


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _recording_context(started: "list[BaseProcess]") -> Any:
    """Give the context that spawns processes, and lists them: a pool tells nobody which it has."""
    from multiprocessing.context import SpawnContext, SpawnProcess

    class Recording(SpawnContext):
        def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802  # a class there
            process = SpawnProcess(*args, **kwargs)
            started.append(process)
            return process

    return Recording()


@contextmanager
def _token_in_environment(token: str) -> Iterator[None]:
    """Let what is started in the block carry the token: multiprocessing hands on our environment, and no other."""
    with _starting:
        before = os.environ.get(TOKEN_VARIABLE)
        os.environ[TOKEN_VARIABLE] = token
        try:
            yield
        finally:
            if before is None:
                del os.environ[TOKEN_VARIABLE]
            else:
                os.environ[TOKEN_VARIABLE] = before


def _kill(process: "BaseProcess", token: str) -> None:
    """Kill a worker's group: itself and all that it has started."""
    if process.pid is None:
        return  # it was never started
    if process.exitcode is not None:  # its number may be somebody else's by now: then that one has no token
        for pid in marked_processes([token]).intersection(living_members(process.pid)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()  # it may not lead its group yet


def _exit_code(processes: "Sequence[BaseProcess]") -> int | None:
    """Give the code of one that has failed; its end is seen a moment before its code is there."""
    until = time.monotonic() + _VANISH_SECONDS
    while True:
        code = next((code for process in processes if (code := process.exitcode)), None)
        if code is not None or time.monotonic() > until:
            return code
        time.sleep(_LOOK_SECONDS)


def _wait(processes: "list[BaseProcess]", seconds: float) -> None:
    from multiprocessing.connection import wait  # deferred, as above

    until = time.monotonic() + seconds
    waiting = [process.sentinel for process in processes if process.pid is not None]
    while waiting and (left := until - time.monotonic()) > 0:
        gone = wait(waiting, left)
        waiting = [sentinel for sentinel in waiting if sentinel not in gone]
