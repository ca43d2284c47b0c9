"""Runs command lines, one per line of stdin (JSON), and says on stdout how each went.

Most run inside this process; with ``"real"`` one runs in a process of its own, started from here because a process
begins with the memory peak of the one that started it, and this one is small.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, BinaryIO

from aetherflow.cli.app import run_command_line


def main() -> None:
    """Serve until stdin ends. What the commands print goes to a file, so that it can be searched."""
    answers = os.fdopen(os.dup(1), "w")
    with tempfile.TemporaryFile() as printed:
        for descriptor in (1, 2):
            os.dup2(printed.fileno(), descriptor)
        for line in sys.stdin:
            answers.write(json.dumps(answer(**json.loads(line), printed=printed)) + "\n")
            answers.flush()


def answer(command: list[str], real: bool, printed: BinaryIO) -> dict[str, Any]:
    """Run one command line; give its exit code, seconds, memory at its peak in MB, and what it printed."""
    printed.seek(0)
    printed.truncate()
    start = time.perf_counter()
    exit_code, memory_mb = run_in_its_own_process(command) if real else run_here(command)
    seconds = time.perf_counter() - start
    printed.seek(0)
    text = printed.read().decode(errors="replace")
    return {"exit_code": exit_code, "seconds": seconds, "memory_mb": memory_mb, "printed": text[-20_000:]}


def run_here(command: list[str]) -> tuple[object, float]:
    """Give the exit code of a command line, also where it leaves by SystemExit, and the peak of this process so far."""
    try:
        exit_code: object = run_command_line(command[1:])
    except SystemExit as leaving:
        exit_code = leaving.code
    sys.stdout.flush()
    sys.stderr.flush()
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    (peak,) = [line for line in status if line.startswith("VmHWM:")]
    return exit_code, int(peak.split()[1]) / 1024


def run_in_its_own_process(command: list[str]) -> tuple[int, float]:
    """Give the exit code of a command and its peak."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
