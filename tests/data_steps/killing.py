"""Kills the command line in the middle of a flow."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.support.project import Project, kill_tree

_PATIENCE_SECONDS = 40.0


def killed_when(project: Project, flow: str, is_time: Callable[[], bool], **env: str) -> None:
    """Run a flow as the run `r1`, and kill -9 all of it as soon as it is time."""
    process = project.start("run", flow, "--run-id", "r1", **env)
    until = time.monotonic() + _PATIENCE_SECONDS
    try:
        while not is_time():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until, "it did not come so far"
            time.sleep(0.02)
    finally:
        kill_tree(process)
        process.communicate()


def files_of(project: Project) -> dict[str, int]:
    """Give the sizes of all files among the artifacts of all jobs, by name."""
    found = (project.root / "work").rglob("artifacts/**/*")
    return {path.name: _size(path) for path in found if path.is_file()}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # it was renamed meanwhile
        return 0
