"""Keeps stdout for the result: what a plugin prints while it is imported goes to stderr."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOBase
from typing import Any

STDOUT, STDERR = 1, 2


class DivertedOutput(TextIOBase):
    """Stands for ``sys.stdout``, writes to whatever ``sys.stderr`` is, and tells of every print.

    A plugin may keep it (a logging handler, a console): it goes on writing to stderr.
    """

    def __init__(self, on_print: Callable[[], None]) -> None:
        self._on_print = on_print

    def write(self, text: str) -> int:
        """Write to stderr; to nowhere where there is none."""
        self._on_print()
        return sys.stderr.write(text) if sys.stderr is not None else len(text)

    def flush(self) -> None:
        """Flush stderr."""
        if sys.stderr is not None:
            sys.stderr.flush()

    def fileno(self) -> int:
        """Give the descriptor of stderr."""
        return sys.stderr.fileno()

    def isatty(self) -> bool:
        """Tell whether stderr is a terminal."""
        return sys.stderr.isatty()

    def writable(self) -> bool:
        """It can be written to."""
        return True

    @property
    def buffer(self) -> Any:
        """The binary stream of stderr; printing to it is not told of."""
        return sys.stderr.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a class attribute in TextIOBase
        """The encoding of stderr."""
        return sys.stderr.encoding


@contextmanager
def stdout_diverted(on_print: Callable[[], None], on_replaced: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Send everything to stderr that is written to stdout inside the block, by children and C code too.

    ``on_replaced`` is called at the end where something else stands in the place of ``sys.stdout``.
    """
    before = sys.stdout
    _flush(before)
    saved = _point_stdout_at_stderr()
    sys.stdout = diverted = DivertedOutput(on_print)
    try:
        yield
    finally:
        # A plugin that put something of its own in the place of stdout does not keep it there.
        if sys.stdout is not diverted:
            on_replaced()
        diverted.flush()
        _flush(before)
        sys.stdout = before
        if saved is not None:
            os.dup2(saved, STDOUT)
            os.close(saved)


def divert_stdout_for_good() -> None:
    """Send stdout to stderr for the rest of the process's life, as in a worker whose output is nobody's result."""
    with suppress(OSError):
        os.dup2(STDERR, STDOUT)
    sys.stdout = sys.stderr


def _flush(stdout: Any) -> None:
    """Write out what waits in a stream, and in the interpreter's own, before their descriptor changes its meaning."""
    for stream in filter(None, (stdout, sys.__stdout__)):
        with suppress(Exception):  # it is closed; or an object of a plugin's own, which may raise anything
            stream.flush()


def _point_stdout_at_stderr() -> int | None:
    if sys.__stdout__ is None:
        return None  # stdout was closed from the start: its number may be that of any other file by now
    try:
        saved = os.dup(STDOUT)
    except OSError:
        return None  # it is closed now: nothing can come out of it
    try:
        os.dup2(STDERR, STDOUT)
    except OSError:  # stderr is closed: rather nowhere than among the result
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STDOUT)
        os.close(nowhere)
    return saved
