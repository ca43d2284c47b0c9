"""Runs command lines in one process, one per line of stdin (JSON lists), and says on stdout how each went."""

import json
import os
import resource
import sys
import tempfile
import time
from typing import Any, BinaryIO

from aetherflow.cli.app import run_command_line


def main() -> None:
    """Serve until stdin ends. What the commands print goes to a file, so that it can be searched."""
    answers = os.fdopen(os.dup(1), "w")
    with tempfile.TemporaryFile() as printed:
        for descriptor in (1, 2):
            os.dup2(printed.fileno(), descriptor)
        for line in sys.stdin:
            answers.write(json.dumps(answer(json.loads(line), printed)) + "\n")
            answers.flush()


def answer(arguments: list[str], printed: BinaryIO) -> dict[str, Any]:
    """Run one command line; give its exit code, seconds, memory so far in MB, and what it printed."""
    printed.seek(0)
    printed.truncate()
    start = time.perf_counter()
    exit_code = exit_code_of(arguments)
    seconds = time.perf_counter() - start
    sys.stdout.flush()
    sys.stderr.flush()
    printed.seek(0)
    text = printed.read().decode(errors="replace")
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"exit_code": exit_code, "seconds": seconds, "memory_mb": memory_mb, "printed": text[-20_000:]}


def exit_code_of(arguments: list[str]) -> object:
    """Give the exit code of a command line, also where it leaves by SystemExit."""
    try:
        return run_command_line(arguments)
    except SystemExit as leaving:
        return leaving.code


if __name__ == "__main__":
    main()
