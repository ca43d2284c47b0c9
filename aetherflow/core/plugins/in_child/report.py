"""How a process that runs code of plugins tells what it has done, whatever that code does to the process."""

import os
import signal
from stat import S_ISFIFO

from aetherflow.core.plugins.in_child.messages import EXIT_UNHEARD

# Kept: plugins may replace them, and `arm` does.
_exit, _getpid = os._exit, os.getpid


class Report:
    """Writes lines to the pipe, as long as it is still there."""

    def __init__(self, descriptor: int, longest_seconds: int) -> None:
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._pipe = os.fstat(descriptor).st_ino
        self._pid = _getpid()
        self._longest_seconds = longest_seconds

    def send(self, message: bytes) -> None:
        """Write a line; ends the process where it cannot be heard."""
        if _getpid() != self._pid:
            self._wait_for_the_end()
        data = memoryview(message)
        try:
            self._check_pipe()
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            _exit(EXIT_UNHEARD)

    def _check_pipe(self) -> None:
        """Raise OSError where a plugin has closed the pipe, whose number may be that of another file by now."""
        status = os.fstat(self._descriptor)
        if not S_ISFIFO(status.st_mode) or status.st_ino != self._pipe:
            raise BrokenPipeError

    def _wait_for_the_end(self) -> None:
        """Say nothing in a copy of the process that a plugin has forked: it is told of as one that was left running."""
        signal.alarm(self._longest_seconds)  # a copy has none; who started us ends it long before
        while True:
            signal.pause()
