"""What is different in the process when something is over: threads, processes, sockets, the environment."""

import os
import threading
import time
from collections.abc import Callable, Iterator

from aetherflow.core.operations.plugin_trial.child.ground import TrialGround
from aetherflow.core.operations.plugin_trial.values import Told, failed, passed
from aetherflow.core.plugins.loading.surroundings import Surroundings
from aetherflow.core.processes.group import living_members
from aetherflow.core.processes.leftovers import marked_processes

CHECK = "left behind"
#: How long what is ending may take to end.
_SETTLE_SECONDS = 1.0
_LOOK_SECONDS = 0.05
_CHANGES = {
    "environment": "changed variables of the environment:",
    "cwd": "another current directory:",
    "sys.path": "a changed sys.path:",
}
_OPEN = {"thread": "the thread", "socket": "sockets:"}


def leftover_trial(ground: TrialGround, work: Callable[[], object]) -> Told:
    """Do the work twice, and say what is left of the second time: the first may load what stays for good."""
    at_first = Surroundings()
    work()
    changed = [each for each in at_first.changes(ground.places[-1]) if each.kind in _CHANGES]
    at_first.put_back()
    before, processes = Surroundings(), _processes(ground.token)
    work()
    left = [f"{_CHANGES[each.kind]} {each.detail}" for each in changed]
    left += _settled(before, processes, ground)
    if left:
        return failed(CHECK, "AF-P908", f"leaves {' and '.join(left)}", "end, close and put back what it has begun")
    return passed(CHECK, "nothing")


def _settled(before: Surroundings, processes: set[int], ground: TrialGround) -> list[str]:
    """Give what is still there when what is ending has had the time to."""
    until = time.monotonic() + _SETTLE_SECONDS
    while (left := list(_left(before, processes, ground))) and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return left


def _left(before: Surroundings, processes: set[int], ground: TrialGround) -> Iterator[str]:
    daemons = {thread.name for thread in threading.enumerate() if thread.daemon}
    for change in before.changes(ground.places[-1]):
        # A daemon thread may be a library's, which keeps one for good; it keeps no process from its end.
        if change.kind in _OPEN and not (change.kind == "thread" and change.detail in daemons):
            yield f"{_OPEN[change.kind]} {change.detail}"
    if new := _processes(ground.token) - processes:
        yield "a process" if len(new) == 1 else f"{len(new)} processes"


def _processes(token: str) -> set[int]:
    """Give the other living processes that were started here, whatever session they are in."""
    return (marked_processes([token]) | set(living_members(os.getpgrp()))) - {os.getpid()}
