"""Which entries are shown where there is not room for all: what went wrong first, then what took longest."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from aetherflow.core.operations.report.status_look import weight
from aetherflow.core.operations.report.values import Status


class Weighed(Protocol):
    """What has ended somehow after some time: a job or a step."""

    @property
    def status(self) -> Status: ...

    @property
    def seconds(self) -> float | None: ...


Entry = TypeVar("Entry", bound=Weighed)

#: Entries of the same status are weighed by their time alone; those that are done or were passed over are one class.
_QUIET = weight("RUNNING")


def most_notable(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Give so many entries at most, in their own order."""
    if len(entries) <= most:
        return list(entries)
    by_note = sorted(range(len(entries)), key=lambda place: _note(entries[place]))
    return [entries[place] for place in sorted(by_note[:most])]


def _note(entry: Weighed) -> tuple[int, float]:
    heavy = weight(entry.status)
    return (heavy if heavy <= _QUIET else _QUIET + 1, -(entry.seconds or 0.0))
