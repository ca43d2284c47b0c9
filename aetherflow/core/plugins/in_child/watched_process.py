"""A process that runs code of plugins, from outside: it is started, listened to, and ended with all it has left."""

import math
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Self

from msgspec import Struct

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.plugins.in_child import stack_trace
from aetherflow.core.plugins.in_child.endings import Ended
from aetherflow.core.plugins.in_child.interpreter import python_command
from aetherflow.core.plugins.in_child.messages import EXIT_UNHEARD
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.processes.leftovers import TOKEN_VARIABLE, end_leftovers
from aetherflow.core.processes.starting import exit_descriptor, heed_children, memory_file

_CHUNK_BYTES = 64 * 1024  # what a pipe holds
_LONGEST_MESSAGE_BYTES = 64 * 1024 * 1024
#: How long a process may take to vanish once its pipe is closed or it is killed, and to write where it stands.
_VANISH_SECONDS = 0.5
#: How long Python may take to start, before it is any plugin's turn.
_START_SECONDS = 30.0
_STDERR = 2


class ChildJob(Struct, frozen=True, kw_only=True):
    """What a process is started for: ``main`` of a module, which reads the work, and writes a line of each thing done.

    ``token`` is in the environment of everything that is started for it. ``output`` takes what plugins print.
    """

    module: str
    work: bytes
    environ: Mapping[str, str]
    token: str
    output: int = _STDERR  # stdout is for the result, and plugins print
    folder: str | None = None


class WatchedProcess:
    """The process; leaving the block ends it, its group, and whatever else was started in it."""

    def __init__(self, job: ChildJob, gate: InterruptGate) -> None:
        self._job = job
        self._gate = gate
        self._files = ExitStack()
        self._popen: subprocess.Popen[bytes] | None = None
        self._trace = self._report = self._exit = -1
        self._poll = select.poll()
        self._pending = b""
        self._has_begun = False
        self._has_exited = False
        self._is_silent = False  # everything that it has said is here

    def __enter__(self) -> Self:
        try:
            with self._gate.shielded():
                self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with self._gate.shielded(), self._files:
            self._end()

    def next_line(self, seconds: float) -> bytes | Ended:
        """Wait for the next line, or for what keeps it from coming; no longer than this, once Python has started."""
        deadline = time.monotonic() + (seconds if self._has_begun else _START_SECONDS)
        while True:
            line, is_whole, rest = self._pending.partition(b"\n")
            if is_whole:
                self._pending = rest
                self._has_begun = True
                return line
            if self._is_silent:
                return self._ended()
            left = deadline - time.monotonic()
            if left <= 0:  # only now: what has come while we were stopped, or slow, has come in time
                return Ended("late")
            self._listen(left)

    def frames(self, ended: Ended) -> list[tuple[str, int]]:
        """Give file and line of each frame in which the process stands, or stood at its end; the innermost first."""
        if ended.how == "late":
            self._ask_where_it_stands()
        return list(stack_trace.frames(self._trace))

    def _start(self) -> None:
        self._trace, self._report = self._kept(memory_file("trace")), -1
        with ExitStack() as loaders:
            work = memory_file("work")
            loaders.callback(os.close, work)
            _write(self._job.work, work)
            readable, writable = os.pipe()
            self._report = self._kept(readable)
            loaders.callback(os.close, writable)
            self._popen = self._start_python(work, writable, self._trace)
        os.set_blocking(self._report, False)
        self._exit = self._kept(exit_descriptor(self._popen))
        for descriptor in (self._report, self._exit):
            self._poll.register(descriptor, select.POLLIN)

    def _kept(self, descriptor: int) -> int:
        self._files.callback(os.close, descriptor)
        return descriptor

    def _start_python(self, *descriptors: int) -> "subprocess.Popen[bytes]":
        heed_children()
        try:
            return subprocess.Popen(
                [*python_command(self._job.module), *map(str, descriptors)],
                env={**self._job.environ, TOKEN_VARIABLE: self._job.token},
                cwd=self._job.folder,
                stdin=subprocess.DEVNULL,
                stdout=self._job.output,
                stderr=self._job.output,
                pass_fds=descriptors,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = str(getattr(error, "strerror", None) or error).lower()
            raise InputError(f"no process to run plugins in can be started: {reason}") from None

    def _listen(self, seconds: float) -> None:
        """Take what comes next; of a process that has ended, what is still there."""
        events = dict(self._poll.poll(0 if self._has_exited else math.ceil(seconds * 1000)))
        if self._report in events:
            self._read()
        elif self._has_exited:
            self._is_silent = True  # processes that it has left may hold the pipe open, and say nothing
        if self._exit in events:
            self._has_exited = True
            self._poll.unregister(self._exit)

    def _read(self) -> None:
        data = os.read(self._report, _CHUNK_BYTES)
        self._pending += data
        self._is_silent = not data or len(self._pending) > _LONGEST_MESSAGE_BYTES

    def _ended(self) -> Ended:
        """Say how a process ended that says no more."""
        if not self._has_exited and not _is_ready(self._exit, _VANISH_SECONDS):
            return Ended("lost")
        exit_code = self._end()
        if exit_code == -signal.SIGALRM:
            return Ended("late")  # we were stopped for so long that it has ended itself
        return Ended("lost") if exit_code == EXIT_UNHEARD else Ended("exited", exit_code)

    def _ask_where_it_stands(self) -> None:
        assert self._popen is not None, "only a process that has started can be late"
        for number in (stack_trace.ASKING, signal.SIGCONT):  # a stopped process would not hear the first one
            self._popen.send_signal(number)
        _is_ready(self._exit, _VANISH_SECONDS)

    def _end(self) -> int:
        """End the process and all that plugins have started; gives the exit code, minus the number of a signal."""
        if self._popen is None:
            return 0
        if self._popen.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            end_leftovers([self._job.token], grace_seconds=0)
            # Not before: until it is reaped, its number is that of its group and of nobody else.
            with suppress(subprocess.TimeoutExpired):  # it hangs inside the kernel; to wait would hang us too
                self._popen.wait(_VANISH_SECONDS)
        return -signal.SIGKILL if self._popen.returncode is None else self._popen.returncode


def _write(data: bytes, descriptor: int) -> None:
    """Write to an empty file, and go back to its beginning."""
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]
    os.lseek(descriptor, 0, os.SEEK_SET)


def _is_ready(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(math.ceil(seconds * 1000)))
