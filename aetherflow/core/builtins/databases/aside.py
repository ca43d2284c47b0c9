"""Does foreign work aside, so that signals are heard while it runs somewhere below Python."""

import threading
from collections.abc import Callable
from queue import Empty, Queue
from typing import TypeVar

from aetherflow.core.builtins.cancellation import LOOK_SECONDS

Given = TypeVar("Given")


def done_aside(act: Callable[[], Given], end: Callable[[], None]) -> Given:
    """Give what ``act`` gives or raises, done on a thread: Python hears signals on the main one, between its steps.

    What interrupts the waiting is raised once the work has ended, which ``end`` asks it to, as often as that takes.
    """
    outcomes: Queue[tuple[Given | None, BaseException | None]] = Queue()

    def work() -> None:
        try:
            outcomes.put((act(), None))
        except BaseException as error:  # noqa: BLE001  # foreign code: raised again where it is waited for
            outcomes.put((None, error))

    worker = threading.Thread(target=work, name="aetherflow-aside", daemon=True)
    worker.start()
    try:
        given, error = outcomes.get()
    except BaseException:
        _end(outcomes, end)
        raise
    if error is not None:
        raise error
    return given  # type: ignore[return-value]  # without an error it is what was given


def _end(outcomes: "Queue[tuple[Given | None, BaseException | None]]", end: Callable[[], None]) -> None:
    while True:
        end()
        try:
            outcomes.get(timeout=LOOK_SECONDS)
        except Empty:
            continue
        return
