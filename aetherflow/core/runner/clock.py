"""Time, as it is handed in."""

import time
from collections.abc import Callable

from msgspec import Struct


class Clock(Struct, frozen=True):
    """The three things that a run asks of time, all in seconds."""

    now: Callable[[], float] = time.time  # since 1970, UTC
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
