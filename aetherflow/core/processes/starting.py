"""Starts a program at the head of a session and process group of its own."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from aetherflow.core.contracts.process import ProcessRequest
from aetherflow.core.processes.start_failure import ProcessStartError, explain_start_failure


class Stdio(Struct, frozen=True):
    """What a child is given as its three streams: numbers, because Popen's own pipes cost a file object each."""

    stdin: int
    stdout: int
    stderr: int


def start_program(request: ProcessRequest, stdio: Stdio) -> subprocess.Popen[bytes]:
    """Start the program; raises what the system says (`explained` puts it into words)."""
    heed_children()
    return subprocess.Popen(
        request.argv,
        cwd=request.cwd,
        env=request.env,
        stdin=stdio.stdin,
        stdout=stdio.stdout,
        stderr=stdio.stderr,
        # A session, not only a group: without a controlling terminal a program that asks there for a password fails
        # at once; as a background group of ours it would be stopped, silently, until its timeout.
        start_new_session=True,
    )


@contextmanager
def explained(request: ProcessRequest, mask: Callable[[str], str]) -> Iterator[None]:
    """Turn what the system says of a failed start into a ProcessStartError."""
    try:
        yield
    except (OSError, ValueError, IndexError) as error:
        message, hint = explain_start_failure(request, error)
        raise ProcessStartError(mask(message), hint=mask(hint) if hint else None) from None


def heed_children() -> None:
    """Take back an inherited "ignore SIGCHLD", under which exit codes are lost and every failure looks like success."""
    if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def open_stdin(text: str | None) -> int:
    """Give a descriptor from which a child reads the text, or nothing at all.

    A file in memory rather than a pipe: nobody has to write while the child reads, so nothing can get stuck.
    """
    if text is None:
        return os.open(os.devnull, os.O_RDONLY)
    data = memoryview(text.encode("utf-8", "surrogateescape"))
    descriptor = memory_file("stdin")
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def memory_file(name: str) -> int:
    """Open an empty file that nobody can find; the name is for those who look at open files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name)
    import tempfile  # deferred: only where the system knows no files in memory

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def exit_descriptor(popen: subprocess.Popen[bytes]) -> int:
    """Give a descriptor that becomes readable when the child has ended.

    A pidfd tells it without reaping, so that the child's number stays its group's until we let go. Elsewhere a thread
    waits (and reaps: the group is then signalled by a number that the system may, in theory, give away).
    """
    try:
        return os.pidfd_open(popen.pid)
    except (AttributeError, OSError):
        return _exit_pipe(popen)


def _exit_pipe(popen: subprocess.Popen[bytes]) -> int:
    try:
        readable, writable = os.pipe()
    except OSError:
        popen.kill()  # without any way to watch it, it must not run
        popen.wait()
        raise

    def wait() -> None:
        popen.wait()
        os.close(writable)

    threading.Thread(target=wait, daemon=True).start()
    return readable
