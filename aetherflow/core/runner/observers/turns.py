"""How long a thread keeps the interpreter to itself: an observer that computes must not starve the run."""

import sys

#: Python's own 5 ms are waited for several times in each step of the run, where somebody computes without pause.
#: Where nobody does, turns as short as these only make threads change places more often, which costs the run a tenth.
_SHORT_TURN_SECONDS = 0.0005


class ShortTurns:
    """Shortens the turns of threads once, for the whole process, until ``end``; not where they are short already.

    So runs that overlap leave the interval as they have found it. ``is_settled``: there is nothing to begin any more.
    """

    def __init__(self) -> None:
        self._before: float | None = None
        self.is_settled = False

    def begin(self) -> None:
        """Let threads take turns more often."""
        if self.is_settled:
            return
        self.is_settled = True
        before = sys.getswitchinterval()
        if before > _SHORT_TURN_SECONDS:
            self._before = before
            sys.setswitchinterval(_SHORT_TURN_SECONDS)

    def end(self) -> None:
        """Give back what was found, for good: what is said of observers at the end is committed, too."""
        self.is_settled = True
        if self._before is not None:
            sys.setswitchinterval(self._before)
            self._before = None
