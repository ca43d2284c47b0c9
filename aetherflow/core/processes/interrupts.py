"""SIGINT, SIGTERM and SIGHUP: remembered at once, raised only inside the window of a step call.

Outside the window the runner is recording what happened; an exception there could leave the record half done. The
run loop asks ``requested`` between steps instead. A second signal asks for force: children get SIGKILL at once. Code
that swallows whatever is raised in it cannot be interrupted so: a third signal ends the process, as a crash would.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.processes.own_process import in_this_process_alone

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: How often a pause looks whether another thread wants it to end.
_LOOK_SECONDS = 0.1

Given = TypeVar("Given")


class InterruptGate:
    """Listens for signals while it is open as a context manager; off the main thread it can hear none."""

    def __init__(self) -> None:
        self.requested: int | None = None
        self.force = False
        self._in_window = False
        self._previous: dict[int, object] = {}

    def __enter__(self) -> "InterruptGate":
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                # What nohup, or a shell's `&`, has us ignore stays ignored.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._previous[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself gave

    @contextmanager
    def window(self) -> Iterator[None]:
        """Let a signal interrupt the block; one that came before it interrupts it at once.

        What the block forks stays in it.
        """
        if self.requested is not None:
            raise Interrupted(self.requested)
        self._in_window = True
        try:
            with in_this_process_alone():
                yield
        finally:
            self._in_window = False

    @property
    def is_deaf(self) -> bool:
        """Tell whether no signal can interrupt the window: what waits in it has to ask, then."""
        return not self._previous

    def check(self) -> None:
        """Raise, inside the window, what another thread has asked for: it can interrupt nothing here by itself."""
        if self._in_window and self.requested is not None:
            self._in_window = False
            raise Interrupted(self.requested)

    def pause(self, seconds: float, sleep: Callable[[float], None]) -> None:
        """Sleep inside the window; raises soon after another thread has asked for it: no signal ends that sleep."""
        while self.is_deaf and seconds > _LOOK_SECONDS:
            self.check()
            sleep(_LOOK_SECONDS)
            seconds -= _LOOK_SECONDS
        self.check()
        sleep(seconds)

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """Hold a signal back until the end of the block, in which an exception would lose what was just started.

        Blocking the signals by mask would be simpler, but a child that is started meanwhile would inherit the mask and
        be deaf to SIGTERM.
        """
        was_in_window, self._in_window = self._in_window, False
        before = self.requested
        try:
            yield
        finally:
            self._in_window = was_in_window
        if was_in_window and self.requested is not None and self.requested != before:
            self._in_window = False
            raise Interrupted(self.requested)

    @contextmanager
    def pardoned(self) -> Iterator[None]:
        """Forget an earlier signal for the block, so that exit handlers can run; a new one interrupts them."""
        earlier, self.requested = self.requested, None
        for number in self._previous:
            signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            self.requested = self.requested or earlier

    def is_forced(self) -> bool:
        """Tell whether a second signal came."""
        return self.force

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.force = self.requested is not None
        self.requested = number
        if self.force:
            signal.signal(number, signal.SIG_DFL)
        if self._in_window:
            self._in_window = False
            raise Interrupted(number)


@contextmanager
def ended_by_a_second_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first SIGINT in the block, and end with the second what has swallowed that."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return
    signal.signal(signal.SIGINT, _interrupt_once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt_once(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise KeyboardInterrupt


def interruptible(work: Callable[[InterruptGate], Given]) -> Given:
    """Do what waits for other processes; a signal ends it, with what it has started, before it does anything to us."""
    gate = InterruptGate()
    try:
        with gate, gate.window():
            return work(gate)
    except Interrupted as interruption:
        signal.raise_signal(interruption.signal_number)  # nothing is left behind: let it do what it does by itself
        raise
