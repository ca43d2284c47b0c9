"""Ends a process group: asks, waits, then kills."""

import signal
import time
from collections.abc import Callable

from aetherflow.core.processes.group import has_living_members
from aetherflow.core.processes.supervision import Child

#: How often we look for members that outlive the leader, and for a second signal that asks for haste.
_LOOK_SECONDS = 0.05
#: How long a killed process may take to vanish, and its pipes to run dry.
_VANISH_SECONDS = 0.4


def end_group(child: Child, *, grace_seconds: float, force: Callable[[], bool]) -> None:
    """End every process of the group: SIGTERM, SIGKILL after the grace time, or at once when ``force`` says so.

    The output is read on meanwhile, so that nobody hangs on a full pipe while saying goodbye.
    """
    is_gone = False
    try:
        if not force():
            child.signal_group(signal.SIGTERM)
            child.signal_group(signal.SIGCONT)  # a stopped process would not hear the first one
        is_gone = _wait_until_gone(child, grace_seconds, force)
    finally:
        if not is_gone:
            child.signal_group(signal.SIGKILL)
            _wait_until_gone(child, _VANISH_SECONDS, lambda: False)
    _drain(child)


def _wait_until_gone(child: Child, seconds: float, give_up: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not (child.has_exited and not has_living_members(child.group)):
        left = until - time.monotonic()
        if left <= 0 or give_up():
            return False
        child.pump(min(left, _LOOK_SECONDS))
    return True


def _drain(child: Child) -> None:
    until = time.monotonic() + _VANISH_SECONDS
    while not child.is_over and (left := until - time.monotonic()) > 0:
        child.pump(left)
    if not child.is_over:
        child.abandon_pipes()
