"""Watches over a statement: ends it where its step is cancelled, or where the server has not answered for too long."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.cancellation import ended_when_cancelled, out_of_time

#: How long a server may take to give up a statement before the connection is cut.
_GRACE_SECONDS = 3.0
_ASK_AGAIN_SECONDS = 0.5


class StatementWatch:
    """What is known of a watched statement; ``touch`` it whenever something came from the server."""

    def __init__(self, answer_seconds: float | None = None) -> None:
        self._touched = time.monotonic()
        self._answer_seconds = answer_seconds
        self.interruption: BaseException | None = None
        self.is_cancelled = False
        self.was_silent = False

    def touch(self) -> None:
        """Note that the server is there."""
        self._touched = time.monotonic()

    def is_silent(self) -> bool:
        """Tell whether nothing has come from the server for too long."""
        return self._answer_seconds is not None and time.monotonic() - self._touched > self._answer_seconds

    def failure(self) -> BaseException | None:
        """Give why the statement was ended by us; None where it was not."""
        if self.interruption is not None:
            return self.interruption
        if self.is_cancelled:
            return out_of_time("the statement")
        if self.was_silent:
            return StepFailed(
                f"the server did not answer within {self._answer_seconds:g} seconds",
                hint="look whether the server is well, or raise `timeout_seconds` in the resource's options",
            )
        return None


@contextmanager
def watched(
    ctx: StepContext, answer_seconds: float | None, cancel: Callable[[], None], cut: Callable[[], None]
) -> Iterator[StatementWatch]:
    """Watch over a block: ``cancel`` asks the server to give up, ``cut`` closes the socket where it does not."""
    watch, is_over = StatementWatch(answer_seconds), threading.Event()

    def end() -> None:
        watch.is_cancelled, watch.was_silent = ended.has_fired, ended.was_late
        began = time.monotonic()
        asking: threading.Thread | None = None
        while not is_over.is_set():  # more than once: the statement may just not have begun
            if asking is None or not asking.is_alive():  # a stalled server holds it up, too
                asking = threading.Thread(target=quietly, args=(cancel,), daemon=True)
                asking.start()
            if not is_over.wait(_ASK_AGAIN_SECONDS) and time.monotonic() - began > _GRACE_SECONDS:
                quietly(cut)

    with ended_when_cancelled(ctx, end, watch.is_silent) as ended:
        try:
            yield watch
        finally:
            is_over.set()


def quietly(act: Callable[[], None]) -> None:
    """Do something to a connection in an unknown state, which may fail in any way."""
    with suppress(Exception):  # foreign code; the statement fails by itself, or goes on
        act()
