"""Ends foreign work that waits somewhere below Python once its step is cancelled."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from aetherflow.core.api import StepContext, StepFailed

#: How often a step that waits is asked whether it was cancelled.
LOOK_SECONDS = 0.1


class CancelWatch:
    """What became of a watched block; ``has_fired`` once it was ended because the step was cancelled.

    ``was_late`` is true where it was ended because it took longer than it may.
    """

    def __init__(self) -> None:
        self.has_fired = False
        self.was_late = False


def _never_late() -> bool:
    return False


@contextmanager
def ended_when_cancelled(
    ctx: StepContext, end: Callable[[], None], is_late: Callable[[], bool] = _never_late
) -> Iterator[CancelWatch]:
    """Call ``end`` on a thread of its own once the step is cancelled; that shall make the block's waiting fail.

    ``end`` closes a socket, or asks a server to give up a statement. What it raises is dropped: the block either fails
    by what it did, or goes on until its own timeout. ``is_late`` tells, on that thread, of another reason to end.

    Example::

        with ended_when_cancelled(ctx, connection.cancel) as watch:
            cursor.execute(sql)
    """
    watch, is_over = CancelWatch(), threading.Event()

    def look() -> None:
        while not is_over.wait(LOOK_SECONDS):
            watch.has_fired = ctx.is_cancelled
            watch.was_late = not watch.has_fired and is_late()
            if watch.has_fired or watch.was_late:
                with suppress(Exception):  # foreign code, half closed already perhaps; the block has its own timeout
                    end()
                return

    watcher = threading.Thread(target=look, name="aetherflow-cancel-watch", daemon=True)
    watcher.start()
    try:
        yield watch
    finally:
        is_over.set()
        watcher.join()


def out_of_time(what: str) -> StepFailed:
    """Give the failure of a step that ends because it was cancelled: of ``what`` it was in the middle of."""
    return StepFailed(f"{what} was ended: the step was out of time", timed_out=True)


def refuse_cancelled(ctx: StepContext, what: str) -> None:
    """Raise that failure where the step is cancelled; for loops that come by here every now and then."""
    if ctx.is_cancelled:
        raise out_of_time(what)
