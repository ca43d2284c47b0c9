"""The time that fetching a bundle may take, all in all."""

import time
from collections.abc import Callable


class TimeIsUp(Exception):
    """Fetching took longer than it may; ``seconds`` is how long that is."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it took longer than {seconds:g} seconds")
        self.seconds = seconds


class Deadline:
    """A point in time that begins to come closer when the deadline is made."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining_seconds(self) -> float:
        """How long it still is; never less than nothing."""
        return max(0.0, self._end - self._clock())

    def check(self, within_seconds: float = 0.0) -> None:
        """Raise TimeIsUp if it is, or will be within so many seconds."""
        if self._clock() + within_seconds >= self._end:
            raise TimeIsUp(self._seconds)
