"""Measures two ways of doing a thing in pairs, A B A B, so that a machine's moods hit both alike."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct


class Comparison(Struct, frozen=True):
    """Medians of both sides in seconds, and the median of the pairs' ratios."""

    ours_seconds: float
    reference_seconds: float
    ratio: float


class Row(Struct, frozen=True):
    """A line of the table: what was compared with what, and the ratio that it must not exceed."""

    what: str
    reference: str
    must_reach: float
    measured: Comparison | None = None  # None: what would be measured is not built yet
    unit: str = "s"


UNITS = {"s": 1.0, "ms": 1e3, "µs": 1e6, "MB": 1.0}
#: A small process of its own: a child's peak begins with what its parent had.
_PEAK = "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
_PEAK += "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


def compare(ours: Callable[[], float], reference: Callable[[], float], pairs: int) -> Comparison:
    """Run both alternately, each giving the seconds it took; the first pair only warms up, where there are several."""
    timed = [(ours(), reference()) for _ in range(pairs + 1)][1:]
    return Comparison(
        statistics.median(one for one, _ in timed),
        statistics.median(other for _, other in timed),
        statistics.median(one / other for one, other in timed),
    )


def seconds_of(action: Callable[[], object]) -> float:
    """Give the seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def peak_megabytes(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> float:
    """Give the largest resident memory of a command that succeeds, in millions of bytes."""
    measured = subprocess.run(
        [sys.executable, "-S", "-c", _PEAK, *command],
        cwd=folder,
        env=dict(env),
        capture_output=True,
        text=True,
        check=True,
    )
    exit_code, kibibytes = map(int, measured.stdout.split())
    if exit_code:
        raise RuntimeError(f"{command[0]} failed: {measured.stderr}")
    return kibibytes * 1024 / 1e6


def table(rows: Sequence[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = ["| what | ours | reference | ratio | must reach | reached |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*lines, *map(_line, rows)])


def _line(row: Row) -> str:
    if row.measured is None:
        return f"| {row.what} | | {row.reference} | | ≤ {row.must_reach:g} | not built yet |"
    scale = UNITS[row.unit]
    ours, reference = row.measured.ours_seconds * scale, row.measured.reference_seconds * scale
    reached = "yes" if row.measured.ratio <= row.must_reach else "no"
    return (
        f"| {row.what} | {ours:.3g} {row.unit} | {row.reference}: {reference:.3g} {row.unit} "
        f"| {row.measured.ratio:.2f} | ≤ {row.must_reach:g} | {reached} |"
    )
