"""Threads that work on many files at once, watched over by the step's own thread.

The step's own thread never waits for a server: it tells how far the work is, and ends it within a second when the step
is cancelled, when a signal interrupts it, or when nothing comes of a server for too long. A thread that even a closed
connection does not wake is left behind; it notices that it is too late before it does anything more.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from aetherflow.core.api import StepContext
from aetherflow.core.builtins.cancellation import out_of_time
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.side import Side

_LOOK_SECONDS = 0.05
#: How long threads have to clean up, and then to notice that their connections were closed.
_PARTING_SECONDS = 0.3

T = TypeVar("T")
R = TypeVar("R")


class Crew:
    """Does one piece of work for each of many tasks; used by the step's own thread."""

    def __init__(self, ctx: StepContext, parallel: int, what: str) -> None:
        self._ctx = ctx
        self._parallel = parallel
        self._what = what

    def ask(self, side: Side, question: Callable[[Hand], R]) -> R:
        """Ask one question on a thread of its own, and give the answer."""
        answers = self.work([side], [None], lambda hand, _none: question(hand), lambda *_: None)
        return answers[0]

    def work(
        self,
        sides: Sequence[Side],
        tasks: Sequence[T],
        act: Callable[[Hand, T], R],
        tell: Callable[[int, int], None],
    ) -> list[R]:
        """Do all tasks; gives what came of them, in their order.

        ``tell`` is called with how many are done and how many bytes have moved. The first failure ends everything.
        """
        most = min(self._parallel, len(tasks), *(side.connector.most_at_once for side in sides))
        shift = _Shift(tasks, act)
        is_sound = False
        try:
            shift.start(most)
            while not shift.is_done:
                shift.take_up(_LOOK_SECONDS)
                if self._ctx.is_cancelled:
                    raise out_of_time(self._what)
                shift.refuse_lateness()
                tell(shift.done, shift.moved_bytes)
            is_sound = True
        finally:
            shift.end(is_sound=is_sound)
        return shift.results


class _Shift:
    """The threads of one piece of work."""

    def __init__(self, tasks: Sequence[Any], act: Callable[[Hand, Any], Any]) -> None:
        self._tasks = tasks
        self._act = act
        self._numbers = iter(range(len(tasks)))
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._reports: SimpleQueue[tuple[int, Any, BaseException | None]] = SimpleQueue()
        self._hands: list[Hand] = []
        self._threads: list[threading.Thread] = []
        self.results: list[Any] = [None] * len(tasks)
        self.done = 0
        self._is_given_up = False

    @property
    def is_done(self) -> bool:
        return self.done == len(self._tasks)

    @property
    def moved_bytes(self) -> int:
        return sum(hand.moved_bytes for hand in self._hands)

    def start(self, count: int) -> None:
        for number in range(count):
            hand = Hand(self._stop)
            self._hands.append(hand)
            name = f"aetherflow-files-{number}"
            thread = threading.Thread(target=self._toil, args=(hand,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def take_up(self, seconds: float) -> None:
        """Wait for a report, then take all that are there; raises what a task has raised."""
        with suppress(Empty):
            number, result, error = self._reports.get(timeout=seconds)
            while True:
                if error is not None:
                    raise error
                self.results[number] = result
                self.done += 1
                number, result, error = self._reports.get_nowait()

    def refuse_lateness(self) -> None:
        for hand in self._hands:
            if late := hand.lateness():
                raise late

    def end(self, *, is_sound: bool) -> None:
        """Send the threads home: a moment to clean up, then by closing their connections."""
        self._is_given_up = not is_sound
        self._stop.set()
        if not is_sound:
            _join(self._threads, _PARTING_SECONDS)
            cuts = [threading.Thread(target=hand.cut, daemon=True) for hand in self._hands]
            for cut in cuts:
                cut.start()  # to close may wait for the server as well
            _join(cuts, _PARTING_SECONDS)
        _join(self._threads, _PARTING_SECONDS)
        for hand, thread in zip(self._hands, self._threads, strict=False):  # an interrupt may come between the two
            if not thread.is_alive():  # one that is left behind does it by itself
                hand.let_go(is_sound=is_sound)

    def _toil(self, hand: Hand) -> None:
        try:
            while not self._stop.is_set() and self._does_one(hand):
                pass
        finally:
            if self._is_given_up:  # nobody else may have waited for this thread
                hand.let_go(is_sound=False)

    def _does_one(self, hand: Hand) -> bool:
        """Do the next task, and tell whether there may be another one to do."""
        with self._lock:
            number = next(self._numbers, None)
        if number is None:
            return False
        try:
            result = self._act(hand, self._tasks[number])
        except BaseException as error:  # noqa: BLE001  # it is raised on the step's own thread
            self._reports.put((number, None, error))
            return False
        hand.rest()
        self._reports.put((number, result, None))
        return True


def _join(threads: Iterable[threading.Thread], seconds: float) -> None:
    ends = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
