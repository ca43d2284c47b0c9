"""Feeds broken flows to `validate` and `run --dry-run`: no traceback, exit code 0 or 2, under 2 s and 256 MB each."""

import json
import selectors
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.benchmarks.mutations import mutants
from tests.support.project import COMMAND, REPOSITORY, clean_environment

MAX_SECONDS = 2.0
MAX_MEMORY_MB = 256.0
COMMANDS = (("validate",), ("run", "--dry-run"))


class Ending(Struct, frozen=True):
    """How one command line ended; ``exit_code`` None: it did not end by itself, or took the process with it."""

    exit_code: int | None
    seconds: float
    memory_mb: float
    printed: str

    def problem(self) -> str | None:
        """Say what is wrong with this ending, if anything."""
        if self.exit_code not in (0, 2):
            return f"exit code {self.exit_code}"
        if "Traceback (most recent call last)" in self.printed:
            return "a traceback"
        if self.seconds > MAX_SECONDS:
            return f"{self.seconds:.1f} s"
        return f"{self.memory_mb:.0f} MB" if self.memory_mb > MAX_MEMORY_MB else None


class Report(Struct):
    """What a campaign found: how often each exit code came, the worst seconds and MB, and what went wrong."""

    exit_codes: Counter[int | None]
    problems: list[str]
    slowest_seconds: float = 0.0
    most_memory_mb: float = 0.0

    def add(self, name: str, ending: Ending) -> None:
        """Count one ending."""
        self.exit_codes[ending.exit_code] += 1
        self.slowest_seconds = max(self.slowest_seconds, ending.seconds)
        self.most_memory_mb = max(self.most_memory_mb, ending.memory_mb)
        problem = ending.problem()
        if problem:
            self.problems.append(f"{name}: {problem}\n{ending.printed[-2000:]}")


class Worker:
    """A process that runs command lines for us; begun anew where it hung, died or grew."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.process = self._begin()

    def run(self, arguments: Sequence[str], *, real: bool = False) -> Ending:
        """Run one command line inside the worker, or in a real process that the worker starts."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        start = time.monotonic()
        self.process.stdin.write(json.dumps({"command": [COMMAND, *arguments], "real": real}) + "\n")
        self.process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            line = self.process.stdout.readline() if selector.select(timeout=5 * MAX_SECONDS) else ""
        ending = Ending(**json.loads(line)) if line else Ending(None, time.monotonic() - start, 0.0, "no answer")
        if not line or ending.memory_mb > MAX_MEMORY_MB:
            self.end()
            self.process = self._begin()
        return ending

    def end(self) -> None:
        """End the worker."""
        self.process.kill()
        self.process.communicate()

    def _begin(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.mutation_worker"],
            cwd=REPOSITORY,
            env=dict(self.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def corpus() -> list[bytes]:
    """Give the flows that are broken: every sample flow."""
    return [path.read_bytes() for path in sorted((REPOSITORY / "sample_flows").rglob("*.yaml"))]


def campaign(folder: Path, count: int, seed: int, real_every: int = 40) -> Report:
    """Try so many broken flows in a worker, and a sample of them in real processes; those with problems are kept."""
    report = Report(Counter(), [])
    worker = Worker(clean_environment(folder))
    try:
        for number, path in enumerate(_written(folder, count, seed)):
            endings = [worker.run([*command, str(path)]) for command in COMMANDS]
            if number % real_every == 0:
                endings.append(worker.run([*COMMANDS[0], str(path)], real=True))
            for ending in endings:
                report.add(path.name, ending)
            if not any(ending.problem() for ending in endings):
                path.unlink()
    finally:
        worker.end()
    return report


def _written(folder: Path, count: int, seed: int) -> Iterator[Path]:
    for number, text in enumerate(islice(mutants(corpus(), seed), count)):
        path = folder / f"mutant_{seed}_{number}.yaml"
        path.write_bytes(text)
        yield path


def summary(report: Report) -> dict[str, Any]:
    """Give the report's numbers in a form to print."""
    return {
        "exit codes": dict(report.exit_codes),
        "slowest": f"{report.slowest_seconds:.2f} s",
        "most memory": f"{report.most_memory_mb:.0f} MB",
        "problems": len(report.problems),
    }
