"""A started child and the descriptors by which it is watched: its output, and its end."""

import math
import os
import select
import signal
import subprocess
from collections.abc import Callable
from contextlib import ExitStack

from aetherflow.core.contracts.process import ProcessRequest
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.processes.starting import (
    Stdio,
    exit_descriptor,
    explained,
    open_stdin,
    start_program,
)
from aetherflow.core.processes.streams import Stream

_CHUNK_BYTES = 64 * 1024  # what a pipe holds
_LONGEST_POLL_SECONDS = 3600.0  # poll() takes its milliseconds as a C int


class Child:
    """One child process, from its start until its last byte has been read.

    `select.poll` rather than a selector: it needs no descriptor of its own and costs nothing for two or three.
    """

    def __init__(self) -> None:
        self.has_exited = False
        self.warnings: list[str] = []
        self.lost_output: str | None = None
        self._popen: subprocess.Popen[bytes] | None = None
        self._exit_fd = -1
        self._poll = select.poll()
        self._streams: dict[int, Stream] = {}  # by the read end of their pipes

    @property
    def has_started(self) -> bool:
        """Tell whether there is a process at all."""
        return self._popen is not None

    @property
    def is_over(self) -> bool:
        """Tell whether the child has ended and everything that it and its children wrote has been read."""
        return self.has_exited and not self._streams

    @property
    def group(self) -> int:
        """The number of the child and of the group that it leads."""
        assert self._popen is not None, "only a child that has started has a group"
        return self._popen.pid

    def start(
        self,
        request: ProcessRequest,
        mask: Callable[[str], str],
        stdout: Stream | None,
        stderr: Stream | None,
        gate: InterruptGate,
    ) -> None:
        """Start the program; raises ProcessStartError. A stream of None is sent to /dev/null, without a pipe."""
        with gate.shielded(), explained(request, mask), ExitStack() as ours_no_more:
            stdin = open_stdin(request.stdin)
            ours_no_more.callback(os.close, stdin)
            stdio = Stdio(stdin, self._write_end(stdout, ours_no_more), self._write_end(stderr, ours_no_more))
            popen = start_program(request, stdio)
            self._exit_fd = exit_descriptor(popen)
            self._popen = popen
            self._poll.register(self._exit_fd, select.POLLIN)

    def _write_end(self, stream: Stream | None, ours_no_more: ExitStack) -> int:
        if stream is None:
            return subprocess.DEVNULL
        readable, writable = os.pipe()
        ours_no_more.callback(os.close, writable)
        self._streams[readable] = stream
        self._poll.register(readable, select.POLLIN)
        return writable

    def pump(self, seconds: float | None) -> None:
        """Wait until something happens, at most so long (None: for ever), and take what came."""
        patience = None if seconds is None else math.ceil(max(0.0, min(seconds, _LONGEST_POLL_SECONDS)) * 1000)
        for descriptor, _ in self._poll.poll(patience):
            if descriptor == self._exit_fd:
                self._poll.unregister(descriptor)
                self.has_exited = True
            else:
                self._read(descriptor)

    def _read(self, descriptor: int) -> None:
        data = os.read(descriptor, _CHUNK_BYTES)
        if data:
            self._streams[descriptor].take(data)
        else:
            self._let_go(descriptor)

    def _let_go(self, descriptor: int) -> None:
        stream = self._streams.pop(descriptor)
        self._poll.unregister(descriptor)
        os.close(descriptor)
        stream.close()

    def _let_go_of_all(self) -> None:
        for descriptor in list(self._streams):
            self._let_go(descriptor)

    def open_pipes(self) -> set[int]:
        """Give the inode numbers of the pipes that somebody still holds open."""
        return {os.fstat(descriptor).st_ino for descriptor in self._streams}

    def abandon_pipes(self) -> None:
        """Read no further, though somebody may still write."""
        self.warnings.append(
            "a process that left the step's process group still holds its output: not read any further"
        )
        self._let_go_of_all()

    def note_loss(self, why: str) -> None:
        """Remember why output that was to be kept is lost."""
        self.lost_output = why

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to every process of the group."""
        try:
            os.killpg(self.group, number)
        except ProcessLookupError:
            pass  # nobody is left
        except PermissionError:
            warning = "a process of the step runs as another user and cannot be ended"
            if warning not in self.warnings:
                self.warnings.append(warning)

    def close(self) -> int:
        """Let go of everything; gives the exit code, minus the signal's number where a signal ended the child."""
        self._let_go_of_all()
        if self._popen is None:
            return 0
        os.close(self._exit_fd)
        if self.has_exited:
            return self._popen.wait()
        # Not even SIGKILL has ended it: it hangs inside the kernel, or is another user's. To wait would hang us too.
        self.warnings.append(f"process {self.group} is still alive: it could not be ended")
        return -signal.SIGKILL
