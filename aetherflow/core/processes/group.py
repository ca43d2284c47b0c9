"""Who lives in a process group, as /proc tells it; elsewhere the system is asked whether the group exists."""

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

PROC = Path("/proc")


class ProcessState(Struct, frozen=True):
    """What the system tells of one process."""

    pid: int
    parent: int
    group: int
    is_alive: bool  # False for one that has ended and only waits to be reaped


def process_state(pid: int) -> ProcessState | None:
    """Give the state of a process, None where there is none."""
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
    state, parent, group = text[text.rindex(")") + 1 :].split()[:3]
    return ProcessState(pid, int(parent), int(group), state not in "ZX")


def all_processes() -> Iterator[ProcessState]:
    """Give every process that can be seen; none where there is no /proc."""
    try:
        entries = os.scandir(PROC)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.name.isdecimal() and (state := process_state(int(entry.name))):
                yield state


def living_members(group: int) -> list[int]:
    """Give the processes of a group that have not ended."""
    return [found.pid for found in all_processes() if found.group == group and found.is_alive]


def has_living_members(group: int) -> bool:
    """Tell whether anybody in the group has not ended."""
    if PROC.joinpath("self", "stat").exists():
        return bool(living_members(group))
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_held_by_group(pipes: set[int], group: int) -> bool:
    """Tell whether a living member of the group has one of the pipes (inode numbers) open."""
    if not PROC.joinpath("self", "stat").exists():
        return has_living_members(group)
    return any(_holds(pid, pipes) for pid in living_members(group))


def _holds(pid: int, pipes: set[int]) -> bool:
    wanted = {f"pipe:[{inode}]" for inode in pipes}
    try:
        return any(_link(descriptor) in wanted for descriptor in (PROC / str(pid) / "fd").iterdir())
    except PermissionError:
        return True  # it runs as somebody else: take it for a holder rather than lose its output
    except OSError:
        return False  # it has ended meanwhile


def _link(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""
