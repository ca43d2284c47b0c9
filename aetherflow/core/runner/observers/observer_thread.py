"""One observer on a thread of its own: it reads what has been committed, from the first event to the last."""

import math
import time
from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.runner.observers.called_observer import CalledObserver
from aetherflow.core.runner.observers.event_cursor import EventCursor, StatePages


class ObserverThread:
    """The thread of one observer. It is a daemon: where it never ends, the process does all the same.

    ``has_ended`` is set when there is no more to be expected of it; ``why_absent`` says why it was never started.
    ``busy_since`` is the monotonic second in which it began with what it is at, infinity while it waits for events.
    """

    def __init__(
        self, observer: CalledObserver, cursor: EventCursor, pages: StatePages, warn: Callable[[str], None]
    ) -> None:
        self.observer = observer
        self.cursor = cursor
        self.has_ended = Flag()
        self.why_absent: str | None = None
        self.busy_since = math.inf
        self._pages = pages
        self._warn = warn
        self._is_left_behind = False

    def start(self) -> None:
        """Begin, where the system has a thread left. The run is in the midst of a commit: nothing may be said now."""
        try:
            Thread(target=self._run, name=f"observer {self.observer.id}", daemon=True).start()
        except RuntimeError as error:
            self.observer.is_off = True
            self.why_absent = str(error)
            self.has_ended.set()

    def leave_behind(self) -> None:
        """Give it nothing more; what it is doing now it may do to the end, if there is one."""
        self._is_left_behind = True

    def _is_done_with(self) -> bool:
        return self.observer.is_off or self._is_left_behind

    def _run(self) -> None:
        self.busy_since = time.monotonic()
        try:
            if self.observer.start():
                self._tell_all()
                if not self._is_left_behind:
                    self.observer.stop()
        finally:
            self.busy_since = math.inf
            self._pages.close()
            self.has_ended.set()

    def _tell_all(self) -> None:
        try:
            if self.observer.wants_whole_run:
                self._tell_earlier()
            self._tell_new()
        except AetherFlowError as error:
            self._warn(f'observer "{self.observer.id}" cannot catch up: {error}')

    def _tell_earlier(self) -> None:
        for event in self.cursor.earlier():
            if self._is_done_with():
                return
            self.observer.tell(event)

    def _tell_new(self) -> None:
        observer = self.observer
        while not self._is_done_with() and self._waits_for_more():
            events = self.cursor.read()
            if not events:  # the run was removed from the state meanwhile
                return
            for event in events:
                observer.tell(event)
                observer.seen += 1
                if observer.is_off or self._is_left_behind:
                    return
            self.cursor.advance(events)

    def _waits_for_more(self) -> bool:
        self.busy_since = math.inf
        is_more = self.cursor.wait()
        self.busy_since = time.monotonic()
        return is_more
