"""Runs commands the way a step does, with everything that is not under test filled in."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.process import ProcessRequest, ProcessResult, StreamMode
from aetherflow.core.processes.child import run_child
from aetherflow.core.processes.interrupts import InterruptGate

TOKEN = "token-of-the-tests"


def request(*argv: str, **given: Any) -> ProcessRequest:
    """Build a request: capture both streams, in the current directory, with our environment."""
    defaults = {
        "argv": argv,
        "cwd": Path.cwd(),
        "env": {"PATH": os.environ["PATH"], "AETHERFLOW_RUN_TOKEN": TOKEN},
        "stdout": StreamMode.CAPTURE,
        "stderr": StreamMode.CAPTURE,
        "kill_grace_seconds": 2.0,
    }
    return ProcessRequest(**{**defaults, **given})


def run(
    *argv: str,
    forward: Callable[[str], None] = lambda line: None,
    mask: Callable[[str], str] = lambda text: text,
    take: Callable[[bytes], None] | None = None,
    watch: Callable[[], None] | None = None,
    **given: Any,
) -> ProcessResult:
    """Run a program to its end."""
    with InterruptGate() as gate, gate.window():
        return run_child(request(*argv, **given), forward=forward, mask=mask, gate=gate, take=take, watch=watch)


def shell(script: str, **given: Any) -> ProcessResult:
    """Run a shell script to its end."""
    return run("/bin/sh", "-c", script, **given)


def hide_secret(text: str) -> str:
    """Mask the one secret of these tests."""
    return text.replace("opensesame", "***")


def is_alive(pid: int) -> bool:
    """Tell whether a process exists and has not ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def open_descriptors() -> int:
    """Count our own open descriptors."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # names are all we want


def children() -> set[int]:
    """Give our children, those that were not reaped included."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.add(int(entry.name))
    return found
