"""The process's three standard streams: stdout for the result alone, stderr for people, and neither may surprise us.

Everything is written with ``os.write``: nothing stays in a buffer for the interpreter to flush, and fail at, on exit.
"""

import io
import os
import sys

STDIN, STDOUT, STDERR = 0, 1, 2


class OutputFailed(Exception):
    """The result cannot be written: the disk is full, or stdout is closed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.message = f"the result cannot be written to standard output: {reason}"


class StandardStreams:
    """The streams as they were at the start of the process; ``objects`` are Python's own for stdout and stderr."""

    def __init__(self) -> None:
        self.stdout_was_closed = not _is_open(STDOUT)
        self.reader_is_gone = False
        self._result_descriptor = STDOUT
        self.objects = sys.stdout, sys.stderr
        for descriptor in (STDIN, STDOUT, STDERR):
            if not _is_open(descriptor):
                # The next file that is opened, such as the state, would become the closed stream: children would
                # write into it. os.open takes the lowest free number, which is this one.
                os.open(os.devnull, os.O_RDWR)

    def write_result(self, data: bytes) -> None:
        """Write a piece of the command's result; raises OutputFailed.

        Whoever reads it may have gone away (`| head -1`): then there is nobody to tell, and the exit code stays.
        """
        if self.stdout_was_closed:
            raise OutputFailed("it is closed")
        try:
            _write_all(self._result_descriptor, data)
        except BrokenPipeError:
            self.reader_is_gone = True
        except OSError as error:
            raise OutputFailed((error.strerror or str(error)).lower()) from None

    def read_input(self) -> bytes:
        """Read stdin to its end, for a flow that is given as `-`."""
        with os.fdopen(STDIN, "rb", closefd=False) as stdin:
            return stdin.read()

    def write_note(self, data: bytes) -> None:
        """Write to stderr; whatever becomes of it must not stop the run."""
        try:
            _write_all(STDERR, data)
        except OSError:
            return

    def keep_stdout_for_the_result(self) -> None:
        """Send what plugins and children print to stdout to stderr, down to the descriptor; only the result stays.

        That is for good: what a plugin prints when everything is over, from a thread or at exit, is no result either.
        """
        if self._result_descriptor != STDOUT:
            return
        self._result_descriptor = os.dup(STDOUT)
        os.dup2(STDERR, STDOUT)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)  # a plugin's print is seen when it is made

    def put_back(self) -> None:
        """Put back Python's own objects for the streams: what a plugin put there may fail when Python flushes it."""
        stdout, stderr = self.objects
        vars(sys).update(stdout=stdout, stderr=stderr, __stdout__=stdout, __stderr__=stderr)
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except (OSError, ValueError):  # stderr is full, gone or closed: a plugin's print is lost, the run is not
            silence_stdout()


def silence_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's flush at exit cannot fail once more."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, STDOUT)
    os.close(null)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _write_all(descriptor: int, data: bytes) -> None:
    remaining = memoryview(data)
    while remaining:
        try:
            remaining = remaining[os.write(descriptor, remaining) :]
        except BlockingIOError:
            _wait_until_writable(descriptor)


def _wait_until_writable(descriptor: int) -> None:
    from select import select  # deferred: only for a stream that somebody set non-blocking

    select([], [descriptor], [], 1.0)
