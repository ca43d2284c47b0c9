"""How far one observer has read: in order, each event once, from memory or, for who lags behind, from the state."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from aetherflow.core.contracts.event import Event
from aetherflow.core.runner.observers.committed_events import CommittedEvents
from aetherflow.core.state.store import StateStore

_MOST_AT_ONCE = 200
#: For who has read everything: what happens within this time is read at once, which costs the run half as much.
_GATHERING_SECONDS = 0.1

Page = Callable[[int, int], Sequence[Event]]


class EventCursor:
    """The place of one observer. ``position`` counts the events it has gone past; ``page`` reads the state."""

    def __init__(self, committed: CommittedEvents, page: Page, start: int) -> None:
        self.position = 0
        self._committed = committed
        self._page = page
        self._start = start
        self._seq = start
        self._news = committed.flag()

    def earlier(self) -> Iterator[Event]:
        """Give what happened in earlier executions of the run, which is not counted."""
        after = 0
        while page := [event for event in self._page(after, _MOST_AT_ONCE) if event.seq <= self._start]:
            yield from page
            after = page[-1].seq

    def wait(self) -> bool:
        """Wait until there is something to read; False where nothing is left and nothing will come."""
        while self.position >= self._committed.count:
            if self._committed.over.is_set():
                return self.position < self._committed.count
            self._news.clear()
            if self.position >= self._committed.count and not self._committed.over.is_set():
                self._news.wait()
                self._committed.over.wait(_GATHERING_SECONDS)
        return True

    def read(self) -> Sequence[Event]:
        """Give the next events, as far as there are any. ``advance`` goes past them."""
        most = min(_MOST_AT_ONCE, self._committed.count - self.position)
        newest = self._committed.newest_from(self.position, most)
        return self._page(self._seq, most) if newest is None else newest

    def advance(self, events: Sequence[Event]) -> None:
        """Go past events that were read."""
        self._seq = events[-1].seq
        self.position += len(events)


class StatePages:
    """Reads the events of one run on a connection of its own, which is opened when it is first wanted."""

    def __init__(self, path: Path, flow_id: str, run_id: str) -> None:
        self._path = path
        self._flow_id = flow_id
        self._run_id = run_id
        self._store: StateStore | None = None

    def page(self, after: int, most: int) -> Sequence[Event]:
        """Give at most so many events above a number; raises StateError."""
        if self._store is None:
            self._store = StateStore.open_existing(self._path)
        return self._store.events_of(self._flow_id, self._run_id, after=after, limit=most) if self._store else ()

    def close(self) -> None:
        """Let go of the state."""
        if self._store:
            self._store.close()
