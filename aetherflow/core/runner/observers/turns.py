"""How long a thread keeps the interpreter to itself: an observer that computes must not starve the run."""

import sys

#: Python's own 5 ms are waited for several times in each step of the run.
_SHORT_TURN_SECONDS = 0.0005


class ShortTurns:
    """Shortens the turns of threads, for the whole process, until ``end``; where they are short already, does nothing.

    So runs that overlap leave the interval as they have found it.
    """

    def __init__(self) -> None:
        self._before: float | None = None

    def begin(self) -> None:
        """Let threads take turns more often."""
        before = sys.getswitchinterval()
        if before > _SHORT_TURN_SECONDS:
            self._before = before
            sys.setswitchinterval(_SHORT_TURN_SECONDS)

    def end(self) -> None:
        """Give back what was found."""
        if self._before is not None:
            sys.setswitchinterval(self._before)
            self._before = None
