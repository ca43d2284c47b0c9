"""Finds and ends what a runner that died left behind, by the run's token in the environment of its processes.

This needs /proc and therefore Linux; elsewhere nothing is found. A process that runs as another user, or threw its
environment away, is found only as a member of a group whose leader was found.
"""

import os
import signal
import time
from collections.abc import Collection, Iterator

from aetherflow.core.processes.group import PROC, all_processes, process_state

TOKEN_VARIABLE = "AETHERFLOW_RUN_TOKEN"

_LOOK_SECONDS = 0.05
#: How long killed processes may take to vanish.
_VANISH_SECONDS = 1.0


def end_leftovers(tokens: Collection[str], *, grace_seconds: float) -> list[int]:
    """End every process that carries one of the tokens, and its group: SIGTERM, SIGKILL after the grace time.

    Our own process and its ancestors are left alone. Gives the process ids that are gone.
    """
    wanted = _entries(tokens)
    if not wanted:
        return []
    told: set[int] = set()
    asked_until = time.monotonic() + grace_seconds
    given_up_at = asked_until + _VANISH_SECONDS
    while (found := _leftovers(wanted)) and time.monotonic() < given_up_at:
        if time.monotonic() < asked_until:
            _signal(found - told, signal.SIGTERM)
        else:
            _signal(found, signal.SIGKILL)
        told |= found
        time.sleep(_LOOK_SECONDS)
    return sorted(told - found)


def marked_processes(tokens: Collection[str]) -> set[int]:
    """Give the living processes that carry one of the tokens, and their groups; never our own and its ancestors."""
    return _leftovers(_entries(tokens))


def _entries(tokens: Collection[str]) -> list[bytes]:
    return [f"{TOKEN_VARIABLE}={token}".encode() for token in tokens if token]


def _leftovers(wanted: list[bytes]) -> set[int]:
    """Give the living processes that carry a token, or stand in a group that such a process leads or led."""
    processes = [found for found in all_processes() if found.is_alive]
    spared = set(_own_line())
    spared_groups = {found.group for found in processes if found.pid in spared}
    alive = {found.pid for found in processes}
    marked = {found.pid for found in processes if found.pid not in spared and _carries(found.pid, wanted)}
    # A group is ours when its leader carries the token, or is gone and has left a member that does: a marked process
    # may also have joined the group of somebody who has nothing to do with the run.
    groups = {found.group for found in processes if found.pid in marked}
    ours = {group for group in groups - spared_groups if group in marked or group not in alive}
    return marked | {found.pid for found in processes if found.group in ours}


def _own_line() -> Iterator[int]:
    """Give our own process and all its ancestors."""
    pid = os.getpid()
    while pid > 0:
        yield pid
        state = process_state(pid)
        pid = state.parent if state else 0


def _carries(pid: int, wanted: list[bytes]) -> bool:
    try:
        entries = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False  # somebody else's, or gone
    return any(entry in entries for entry in wanted)


def _signal(pids: Collection[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue  # gone meanwhile, or not ours to end
