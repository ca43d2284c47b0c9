"""Calls one observer, whatever it does: what it raises is told, and five times in a row switch it off."""

from collections.abc import Callable
from typing import Literal

from aetherflow.core.contracts.event import Event
from aetherflow.core.events.frozen_events import private_copy
from aetherflow.core.runner.foreign_error import described
from aetherflow.core.runner.observers.call_times import CallTimes
from aetherflow.core.runner.observers.wanted import WantedObserver

Stage = Literal["constructor", "on_startup", "on_event", "on_shutdown", "ended"]

_MOST_FAILURES_IN_A_ROW = 5
#: A warning is an event like any other: an observer that raises now and then must not make thousands of them.
_MOST_TOLD_FAILURES = 10
_LONGEST_TEXT = 2000


class CalledObserver:
    """One observer on the thread that calls it; ``warn`` is told what goes wrong, ``mask`` hides secrets in a text.

    ``stage`` is the method that is being called, or was last; ``seen`` counts the events of this execution that it has
    been through. Once it has started, ``wants_whole_run`` says whether it asks for what happened before, too.
    """

    def __init__(
        self,
        wanted: WantedObserver,
        warn: Callable[[str], None],
        mask: Callable[[str], str],
        times: CallTimes | None = None,
    ) -> None:
        self.id = wanted.id
        self.stage: Stage = "constructor"
        self.seen = 0
        self.failures = 0
        self.is_off = False
        self._wanted = wanted
        self.wants_whole_run = False
        self._warn = warn
        self._mask = mask
        self._times = times
        self._in_a_row = 0

    def start(self) -> bool:
        """Make it and start it up; where either raises it is switched off."""
        if self._has_started("constructor", self._make) and self._has_started("on_startup", self._start_up):
            self.stage = "on_event"
            return True
        return False

    def tell(self, event: Event) -> None:
        """Give it a private copy of an event; this is done for every event, so it does little else."""
        copied = private_copy(event)
        started = self._times.now() if self._times else 0.0
        try:
            self._on_event(copied)
        except BaseException as error:  # noqa: BLE001  # foreign code on its own thread: sys.exit is one more mistake
            self._has_raised(self._words(error))
        else:
            self._in_a_row = 0
        if self._times:
            self._times.add(event.type, started, seen=self.seen, has_raised=self._in_a_row > 0)

    def stop(self) -> None:
        """Let it close what it opened."""
        self.stage = "on_shutdown"
        why = self._failure("on_shutdown", self._shut_down)
        self.stage = "ended"
        if why is not None:
            self._warn(f'observer "{self.id}": on_shutdown raised {why}')

    def untold_failures(self) -> int:
        """Count how often it raised beside what was told."""
        return 0 if self.is_off else max(0, self.failures - _MOST_TOLD_FAILURES)

    def _make(self) -> None:
        observer = self._wanted.make()
        self._on_event = observer.on_event
        self._start_up = observer.on_startup
        self._shut_down = observer.on_shutdown
        self.wants_whole_run = type(observer).wants_whole_run is True

    def _has_started(self, stage: Stage, call: Callable[[], object]) -> bool:
        self.stage = stage
        why = self._failure(stage, call)
        if why is None:
            return True
        self.is_off = True
        self._warn(f'observer "{self.id}" is switched off for this run: its {stage} raised {why}')
        return False

    def _has_raised(self, why: str) -> None:
        self.failures += 1
        self._in_a_row += 1
        if self._in_a_row >= _MOST_FAILURES_IN_A_ROW:
            self.is_off = True
            self._warn(
                f'observer "{self.id}" is switched off for this run after {self.seen:,} events: on_event raised '
                f"{_MOST_FAILURES_IN_A_ROW} times in a row, the last time {why}"
            )
        elif self.failures <= _MOST_TOLD_FAILURES:
            self._warn(f'observer "{self.id}": on_event raised {why}')

    def _failure(self, about: str, call: Callable[[], object]) -> str | None:
        """Make a call; gives what it raised in words, None where it did not."""
        started = self._times.now() if self._times else 0.0
        why = None
        try:
            call()
        except BaseException as error:  # noqa: BLE001  # foreign code on its own thread: sys.exit is one more mistake
            why = self._words(error)
        if self._times:
            self._times.add(about, started, seen=self.seen, has_raised=why is not None)
        return why

    def _words(self, error: BaseException) -> str:
        words = self._mask(described(error, self._wanted.contribution))  # before it is cut: of a secret nothing is left
        return words if len(words) <= _LONGEST_TEXT else f"{words[:_LONGEST_TEXT]}…"
