"""Where a process stood when it crashed, was asked, or ended itself: the lines that faulthandler writes to a file.

They survive what the interpreter does not: a segmentation fault, an endless loop in C, `os._exit`.
"""

import faulthandler
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NoReturn

#: Has a process write its lines, and end.
ASKING = signal.SIGUSR1

_FRAME = re.compile(r'^  File "(?P<path>.*)", line (?P<line>\d+) in ', re.MULTILINE)
_MOST_BYTES = 1_000_000
_really_exit = os._exit


def arm(trace: int) -> None:
    """Have this process write its lines to the file, from its beginning, when it comes to that."""
    with suppress(OSError, ValueError, RuntimeError):  # closed by a plugin: there will be no lines
        os.ftruncate(trace, 0)
        os.lseek(trace, 0, os.SEEK_SET)
        faulthandler.enable(file=trace, all_threads=False)
        faulthandler.register(ASKING, file=trace, all_threads=False, chain=True)
    os._exit = _telling_exit(trace, os.getpid())  # type: ignore[assignment]  # it takes the status by position only


def frames(trace: int) -> Iterator[tuple[str, int]]:
    """Give file and line of each frame that was written, the innermost first."""
    text = os.pread(trace, _MOST_BYTES, 0).decode("ascii", "replace")
    for found in _FRAME.finditer(text):
        # faulthandler writes \xe9 and \u20ac for what is no ASCII, and leaves backslashes alone.
        path = re.sub(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})", _character, found["path"])
        yield path, int(found["line"])


def _character(escape: re.Match[str]) -> str:
    return chr(int(next(filter(None, escape.groups())), 16))


def _telling_exit(trace: int, own_pid: int) -> Callable[[int], NoReturn]:
    def tell_and_exit(status: int) -> NoReturn:
        if os.getpid() == own_pid:  # in a process that the plugin has forked, it is the proper way to end
            with suppress(OSError, ValueError, RuntimeError):
                faulthandler.dump_traceback(file=trace, all_threads=False)
        _really_exit(status)

    return tell_and_exit
