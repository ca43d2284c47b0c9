"""One thread of a transfer, as the thread that watches over it sees it."""

import threading
import time
from contextlib import suppress

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.store import FileStore

_STOPPED = "the transfer was ended"


class Stopped(Exception):
    """A thread has noticed that the work was ended."""


class Hand:
    """One thread of a crew: its connections, what it is doing, and since when nothing has come of that."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._stores: dict[int, tuple[Side, FileStore]] = {}  # two sides may be one resource
        self._touched = time.monotonic()
        self.side: Side | None = None
        self.doing = ""
        self.patience_seconds = float("inf")
        self.moved_bytes = 0

    def store(self, side: Side) -> FileStore:
        """Give this thread's connection to a resource; the first time it is opened."""
        if id(side) not in self._stores:
            self.begin(side, "connecting", side.connector.connect_seconds)
            with side.told():
                self._stores[id(side)] = side, side.connector.borrow()
        self.begin(side, self.doing, side.connector.answer_seconds)
        return self._stores[id(side)][1]

    def begin(self, side: Side, doing: str, patience_seconds: float | None = None) -> None:
        """Note what comes next, and of which resource an answer is wanted."""
        self.go_on()
        self.side, self.doing = side, doing
        self.patience_seconds = patience_seconds or side.connector.answer_seconds
        self._touched = time.monotonic()

    def rest(self) -> None:
        """Note that nobody is waited for."""
        self.patience_seconds = float("inf")

    def moved(self, size: int) -> None:
        """Note that so many bytes have come, or gone."""
        self.go_on()
        self.moved_bytes += size
        self._touched = time.monotonic()

    def go_on(self) -> None:
        """Raise Stopped where the work was ended meanwhile."""
        if self._stop.is_set():
            raise Stopped(_STOPPED)

    def lateness(self) -> StepFailed | None:
        """Give the failure of a server that has let this thread wait for too long."""
        if self.side is None or time.monotonic() - self._touched <= self.patience_seconds:
            return None
        if self.doing == "connecting":
            said = f"the server did not take the connection within {self.patience_seconds:g} seconds"
            return self.side.failed(said, "look whether it is well, or raise `connect_timeout_seconds` in its options")
        said = f"the server did not answer within {self.patience_seconds:g} seconds while {self.doing}"
        return self.side.failed(said, "look whether it is well, or raise `timeout_seconds` in the resource's options")

    def cut(self) -> None:
        """Close the connections that wake who waits in them; called by another thread."""
        for _, store in list(self._stores.values()):
            if store.wakes_when_closed:
                with suppress(Exception):  # foreign code: of a broken connection all that matters is that it is gone
                    store.close()

    def let_go(self, *, is_sound: bool) -> None:
        """Give the connections back, or close them."""
        for side, store in list(self._stores.values()):
            if is_sound:
                side.connector.give_back(store)
            else:
                with suppress(Exception):  # as above
                    store.close()
        self._stores.clear()
