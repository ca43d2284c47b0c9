"""The process that reads a remote folder.

One of its own, for what no timeout of a library can promise: that it ends in time, whatever it waits for, and that
nothing it prints or logs is seen by anybody. It ends with the process that asked, too.
"""

import os
import sys
import threading
from contextlib import suppress

import msgspec

from aetherflow.core.bundles.remote_folders.answering import answer_to
from aetherflow.core.bundles.remote_folders.messages import Answer, FileAnswer, FileRequest, Request
from aetherflow.core.bundles.remote_folders.one_file import answer_to_file
from aetherflow.core.bundles.remote_folders.watch import Watch

_STDOUT, _STDERR = 1, 2


def main() -> None:
    """Read a request from stdin, and answer on stdout."""
    answers = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)  # libraries print
    _forget_surroundings()
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request | FileRequest)
    leave = _Leaving(answers)
    watch = Watch(seconds=request.limits.seconds, idle_seconds=request.idle_seconds)
    watch.guard(leave)
    leave(answer_to_file(request, watch) if isinstance(request, FileRequest) else answer_to(request, watch))


class _Leaving:
    """Ends the process with the first answer there is, or with none; threads of libraries would hold it back."""

    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._once = threading.Lock()

    def __call__(self, answer: Answer | FileAnswer | None) -> None:
        self._once.acquire()  # for good
        if answer is not None:
            with suppress(OSError), open(self._answers, "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
                stream.write(msgspec.json.encode(answer))
        os._exit(0)


def _forget_surroundings() -> None:
    """Let no variable and no file of the user's move what the operator named."""
    for name in [name for name in os.environ if name.startswith("FSSPEC_")]:
        del os.environ[name]
    os.environ["FSSPEC_CONFIG_DIR"] = ""  # else ~/.config/fsspec
    os.environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    # Where a command was started from there is a path to its folder, and a script of impacket's called smbclient.
    scripts = os.path.dirname(sys.executable)  # noqa: PTH120  # as sys.path has it
    sys.path[:] = [entry for entry in sys.path if entry != scripts]
