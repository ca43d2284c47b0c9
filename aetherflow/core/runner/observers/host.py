"""The observers of one execution: started with its first commit, told of each, waited for at its end."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from msgspec import Struct

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.contracts.event import Event
from aetherflow.core.plugins.tracing import Trace
from aetherflow.core.runner.observers.call_times import CallTimes
from aetherflow.core.runner.observers.called_observer import CalledObserver
from aetherflow.core.runner.observers.committed_events import CommittedEvents
from aetherflow.core.runner.observers.event_cursor import EventCursor, StatePages
from aetherflow.core.runner.observers.observer_thread import ObserverThread
from aetherflow.core.runner.observers.turns import ShortTurns
from aetherflow.core.runner.observers.wanted import WantedObserver

_LOOK_SECONDS = 0.05
#: An observer that is at a few events for so long may be computing, and then the run gets its turns too seldom.
_LONG_SECONDS = 0.05


class ObservedRun(Struct, frozen=True, kw_only=True):
    """Which run is observed: where its events are kept, and the number of the last one before this execution."""

    state_file: Path
    flow_id: str
    run_id: str
    last_seq: int


class ObserverHost:
    """Carries events to observers, each on its own thread; none of them can stop, change or delay the run.

    ``warn`` says something about the observer with an id in the run's journal, from any thread; ``mask`` hides
    secrets in a text, ``trace`` is told of calls, at the end.
    """

    def __init__(
        self,
        wanted: Sequence[WantedObserver],
        run: ObservedRun,
        *,
        warn: Callable[[str, str], None],
        mask: Callable[[str], str],
        drain_seconds: float,
        trace: Trace | None = None,
    ) -> None:
        self._run = run
        self._warn_journal = warn
        self._mask = mask
        self._drain_seconds = drain_seconds
        self._trace = trace
        self._committed = CommittedEvents()
        self._lock = Lock()
        self._is_closed = False
        self._times: list[CallTimes] = []
        self._threads = [self._thread(each) for each in wanted]
        self.have_started = False
        self._turns = ShortTurns()

    def committed(self, events: Sequence[Event]) -> None:
        """Take the events of a commit that has been made: this costs the run a moment, and never waits."""
        self._committed.put(events)
        if not self.have_started:
            self.have_started = True
            for thread in self._threads:
                thread.start()
        elif not self._turns.is_settled:
            long_ago = time.monotonic() - _LONG_SECONDS
            if any(thread.busy_since < long_ago for thread in self._threads):
                self._turns.begin()

    def finish(self, is_cut_short: Callable[[], bool]) -> None:
        """Wait until all have seen everything, as long as that may take; then say what was not seen, by whom."""
        self._committed.end()
        was_cut_short = self._wait(is_cut_short)
        self._turns.end()
        with self._lock:
            self._is_closed = True  # from now on, what a thread has to say comes too late
        for thread in self._threads:
            thread.leave_behind()
            for message in self._last_words(thread, was_cut_short):
                self._warn_journal(message, thread.observer.id)
        if self._trace:
            for times in self._times:
                for operation in times.operations():
                    self._trace(operation)

    def _thread(self, wanted: WantedObserver) -> ObserverThread:
        run = self._run
        pages = StatePages(run.state_file, run.flow_id, run.run_id)
        cursor = EventCursor(self._committed, pages.page, run.last_seq)
        times = None
        if self._trace:
            times = CallTimes(wanted.id, time.monotonic, lambda: self._committed.count)
            self._times.append(times)

        def warn(message: str) -> None:
            self._warn(message, wanted.id)

        return ObserverThread(CalledObserver(wanted, warn, self._mask, times), cursor, pages, warn)

    def _warn(self, message: str, observer: str) -> None:
        with self._lock, suppress(AetherFlowError):  # where the state cannot be written, the run itself meets that
            if not self._is_closed:
                self._warn_journal(message, observer)

    def _wait(self, is_cut_short: Callable[[], bool]) -> bool:
        """Wait until all have ended or the time is over; gives whether somebody has ended the wait."""
        until = time.monotonic() + self._drain_seconds
        for thread in self._threads:
            while not thread.has_ended.wait(max(0.0, min(_LOOK_SECONDS, until - time.monotonic()))):
                if is_cut_short():
                    return True
                if time.monotonic() >= until:
                    return False
        return False

    def _last_words(self, thread: ObserverThread, was_cut_short: bool) -> Iterator[str]:
        observer, total = thread.observer, self._committed.count
        if thread.why_absent is not None:
            yield f'observer "{observer.id}" was never started: {thread.why_absent}'
        if untold := observer.untold_failures():
            yield f'observer "{observer.id}": on_event raised {untold:,} more times'
        if observer.is_off:
            return
        unseen = f'observer "{observer.id}" did not see {total - observer.seen:,} of {total:,} events'
        if not thread.has_ended.is_set():
            waited = f"{self._drain_seconds:g} s after the end of the run"
            when = "when the wait was interrupted" if was_cut_short else waited
            seen_all = f'observer "{observer.id}" has seen all events'
            begins = unseen if observer.seen < total else seen_all
            yield f"{begins}: {when} it was still in its {observer.stage}"
        elif observer.seen < total:
            yield unseen
