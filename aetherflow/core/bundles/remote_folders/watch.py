"""Sees to it that reading ends in time, whatever a library waits for."""

import math
import os
import threading
import time
from collections.abc import Callable

from aetherflow.core.bundles.remote_folders.messages import Failure

_LOOK_SECONDS = 0.1


class Watch:
    """Knows what is being done, and since when nothing has come of it.

    ``is_connected`` tells whether the server has answered at all: the same error means another thing before.
    """

    def __init__(self, *, seconds: float, idle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.is_connected = False
        self._clock = clock
        self._idle_seconds = idle_seconds
        self._ends = clock() + seconds
        self._last_progress = math.inf  # to import a library is no idleness
        self._doing = "starting"

    def begin(self, doing: str) -> None:
        """Say what comes next."""
        self._doing = doing
        self.progress()

    def progress(self) -> None:
        """Something has come."""
        self._last_progress = self._clock()

    def connected(self) -> None:
        """The server has answered."""
        self.is_connected = True
        self.progress()

    def over(self) -> Failure | None:
        """Tell why it should end by now, if it should."""
        now = self._clock()
        if now >= self._ends:
            return Failure(kind="late", reason=self._doing)
        if now >= self._last_progress + self._idle_seconds:
            return Failure(kind="stalled", reason=self._doing)
        return None

    def guard(self, end: Callable[[Failure | None], None]) -> None:
        """Call ``end`` from a thread of its own once it is over, or once the process that asked is gone."""
        threading.Thread(target=self._guard, args=(end, os.getppid()), daemon=True).start()

    def _guard(self, end: Callable[[Failure | None], None], parent: int) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            failure = self.over()
            if failure or os.getppid() != parent:
                end(failure)
