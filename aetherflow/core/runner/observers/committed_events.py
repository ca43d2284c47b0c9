"""What has been committed, for observers: the newest events in memory, bounded; older ones are read from the state."""

from collections.abc import Sequence
from threading import Event as Flag

import msgspec

from aetherflow.core.contracts.event import Event

_MOST_EVENTS = 4096
#: In bytes of their payloads as JSON.
_LARGEST_SIZE = 4 * 1024 * 1024


class CommittedEvents:
    """The events of one execution by their position: the first one is at 0.

    Commits are put in one at a time; observers read on threads of their own and never make a commit wait. ``count`` is
    how many there are, ``is_over`` that no more will come.
    """

    def __init__(self) -> None:
        self.count = 0
        self.over = Flag()
        self._window: tuple[int, list[Event]] = (0, [])  # in one value, so that a reader sees both change at once
        self._size = 0
        self._waiting: list[Flag] = []

    def flag(self) -> Flag:
        """Give a flag that is raised whenever there is something new."""
        flag = Flag()
        self._waiting.append(flag)
        return flag

    def put(self, events: Sequence[Event]) -> None:
        """Take the events of a commit, now that they are on the disk."""
        if self.over.is_set() or not events:
            return
        _, kept = self._window
        kept += events
        self._size += _size(events)
        self.count += len(events)
        if len(kept) > _MOST_EVENTS or self._size > _LARGEST_SIZE:
            self._forget_older_half()
        for flag in self._waiting:
            if not flag.is_set():
                flag.set()

    def end(self) -> None:
        """Say that there will be no more."""
        self.over.set()
        for flag in self._waiting:
            flag.set()

    def newest_from(self, position: int, most: int) -> list[Event] | None:
        """Give the events from a position on, at most so many; None where the first of them is not kept any more."""
        first, kept = self._window
        return None if position < first else kept[position - first : position - first + most]

    def _forget_older_half(self) -> None:
        first, kept = self._window
        newest = kept[-_MOST_EVENTS // 2 :]
        while (size := _size(newest)) > _LARGEST_SIZE // 2:
            newest = newest[(len(newest) + 1) // 2 :]
        self._window = (first + len(kept) - len(newest), newest)
        self._size = size


def _size(events: Sequence[Event]) -> int:
    """Give about how much memory events take, in little time: this is done at every commit."""
    payloads = [event.payload for event in events]
    try:
        return len(msgspec.json.encode(payloads))
    except UnicodeEncodeError:  # undecodable bytes of a path or a child's output
        return len(str(payloads))
