"""Foreign code may fork: the copy does what it was made for, and never goes on with what is ours to do."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

_exit, _getpid = os._exit, os.getpid  # a plugin may put others in their place


@contextmanager
def in_this_process_alone() -> Iterator[None]:
    """Run a block of foreign code; a process that it has forked ends where it would leave the block.

    As a program of its own would: by the code of `sys.exit`, with 1 behind a traceback, else with 0. Nothing of what
    this process has open is flushed or closed by it.
    """
    process = _getpid()
    try:
        yield
    except BaseException as error:
        if _getpid() != process:
            _end_as_a_program(error)
        raise
    if _getpid() != process:
        _exit(0)


def _end_as_a_program(error: BaseException) -> NoReturn:
    code: object = 1
    try:
        if isinstance(error, SystemExit):
            code = 0 if error.code is None else error.code
        else:
            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        _exit(code & 0xFF if isinstance(code, int) else 1)
