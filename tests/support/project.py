"""A project folder with flows in it, and a command line whose state and workspaces stay inside that folder."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from tests.support.forked_command import can_be_forked, run_forked

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sys.executable).parent / "aetherflow")  # the console script, as people run it


class Outcome(Struct, frozen=True):
    """How a command ended and what it said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """What stdout holds, read as JSON."""
        return json.loads(self.stdout)


class Project:
    """A folder to write flows into and to run the real command line in."""

    def __init__(self, root: Path, env: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.env = {**clean_environment(root), **(env or {})}

    def write(self, name: str, text: str) -> Path:
        """Write a file, its common indentation removed; folders on the way are made."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        """Read a file of the project."""
        return (self.root / name).read_text(encoding="utf-8")

    def aetherflow(
        self,
        *arguments: str | Path,
        stdin: str | None = None,
        timeout_seconds: float = 60,
        process: Literal["forked", "new"] = "forked",
        **env: str,
    ) -> Outcome:
        """Run the command line in a process of its own, inside the folder, with more variables where wanted.

        It is forked from one that has imported the command line; a test that is about the start itself wants a new one.
        """
        argv, variables = [COMMAND, *map(str, arguments)], {**self.env, **env}
        run = run_forked if process == "forked" and can_be_forked(variables) else run_new
        done = run(argv, cwd=self.root, env=variables, stdin=stdin or "", timeout_seconds=timeout_seconds)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str | Path, **env: str) -> "subprocess.Popen[str]":
        """Start the command line in a session of its own and give the running process; the test's end ends it, too."""
        started = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            cwd=self.root,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        _STARTED.append(started)
        return started


#: What `Project.start` has started since `end_started` was called.
_STARTED: "list[subprocess.Popen[str]]" = []


def end_started() -> None:
    """End what a test has left running: one that fails in the middle leaves a run that nobody else would end."""
    for process in _STARTED:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for stream in filter(None, (process.stdout, process.stderr)):
                stream.close()
    _STARTED.clear()


def run_new(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: str, timeout_seconds: float
) -> "subprocess.CompletedProcess[str]":
    """Run a command line in a new interpreter."""
    return subprocess.run(
        argv, cwd=cwd, env=env, input=stdin, capture_output=True, text=True, timeout=timeout_seconds, check=False
    )


def clean_environment(root: Path) -> dict[str, str]:
    """Give an environment in which nothing but PATH comes from outside and all state stays below a folder."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(root),
        "LANG": "C.UTF-8",
        "AETHERFLOW_STATE_ROOT": str(root / "state"),
        "AETHERFLOW_WORK_ROOT": str(root / "work"),
        # Coverage follows our processes by its own variables.
        **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")},
    }


def descendants(pid: int) -> list[int]:
    """Give the living processes below one, whatever groups and sessions they made for themselves."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it ended while we looked
        if state not in "ZX":
            children.setdefault(int(parent), []).append(int(entry.name))
    found = list(children.get(pid, ()))
    for below in found:  # grows while we walk it
        found += children.get(below, ())
    return found


def kill_tree(process: "subprocess.Popen[Any]") -> None:
    """Kill -9 a process and everything below it, none of which gets to do anything in between; then reap it."""
    tree = [process.pid]
    _send(tree, signal.SIGSTOP)  # what is stopped starts nothing more
    while new := [pid for pid in descendants(process.pid) if pid not in tree]:
        _send(new, signal.SIGSTOP)
        tree += new
    _send(tree, signal.SIGKILL)
    process.wait()


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # it ended by itself
            os.kill(pid, number)
