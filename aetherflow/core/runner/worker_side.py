"""What happens inside a worker process: it begins, answers one call after another, and ends with its runner."""

import os
import pickle
import signal
import threading
import traceback
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from aetherflow.core.plugins.loading.worker import WorkerPlugins, mount_in_worker

if TYPE_CHECKING:  # it is there where there are workers
    from multiprocessing.connection import Connection

_LONGEST_TRACEBACK = 20_000


class Answer(Struct, frozen=True):
    """What came of a call: ``pickled`` is the result, or the exception where it can be sent; ``text`` tells the rest.

    Pickled here, and not by the pool: a result that cannot be read there would break the pool.
    """

    kind: Literal["returned", "raised", "unsendable"]
    pickled: bytes = b""
    text: str = ""


def begin_worker(plugins: WorkerPlugins, output: "Connection") -> None:
    """Make this process a worker: in a session of its own, ended with its runner, with the runner's plugins.

    What it prints goes to the runner by ``output``.
    """
    os.setsid()  # a Ctrl-C on the terminal is for the runner, which then ends us and all that we have started
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    threading.Thread(target=_end_with_runner, name="aetherflow-runner-watch", daemon=True).start()
    mount_in_worker(plugins)


def answer_call(pickled: bytes) -> Answer:
    """Make a call: ``pickled`` is a function with its arguments."""
    try:
        function, arguments = pickle.loads(pickled)  # made by the runner that has started us
        returned = function(*arguments)
    except BaseException as error:  # noqa: BLE001  # foreign code: whatever it raises is the answer
        return _raised(error)
    try:
        return Answer("returned", pickle.dumps(returned))
    except Exception as error:  # noqa: BLE001  # pickling runs foreign code too
        return Answer("unsendable", text=f"{type(returned).__name__}: {error}")


def _raised(error: BaseException) -> Answer:
    error.__traceback__ = error.__traceback__.tb_next if error.__traceback__ else None  # our own frame says nothing
    text = _end_of("".join(traceback.format_exception(error)))
    try:
        return Answer("raised", pickle.dumps(error), text)
    except Exception:  # noqa: BLE001  # an exception that holds an open file, a lock…: its text is sent
        return Answer("raised", text=text)


def _end_of(text: str) -> str:
    """Cut off the beginning of what is too long, up to a line's end: half a line may be half a secret."""
    end = text[-_LONGEST_TRACEBACK:]
    return end if end == text else f"…\n{end.partition(chr(10))[2]}"


def _end_with_runner() -> None:
    """Wait until the runner is gone, however it went, and end with all that was started here.

    Not by the system's own signal for that: it comes when the thread ends that has started us, not its process.
    """
    from multiprocessing import parent_process

    runner = parent_process()
    if runner is not None:
        runner.join()
        os.killpg(os.getpgrp(), signal.SIGKILL)
