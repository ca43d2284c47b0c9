"""A project folder with flows in it, and a command line whose state and workspaces stay inside that folder."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

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
        self, *arguments: str | Path, stdin: str | None = None, timeout_seconds: float = 60, **env: str
    ) -> Outcome:
        """Run the command line in a process of its own, inside the folder, with more variables where wanted."""
        completed = subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=self.root,
            env={**self.env, **env},
            input="" if stdin is None else stdin,
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )
        return Outcome(completed.returncode, completed.stdout, completed.stderr)

    def start(self, *arguments: str | Path, **env: str) -> "subprocess.Popen[str]":
        """Start the command line in a session of its own and give the running process."""
        return subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            cwd=self.root,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
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


def session_pids(session_id: int) -> list[int]:
    """Give the living processes of a session, those that left its first process group too."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(fields[3]) == session_id and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def kill_session(process: "subprocess.Popen[Any]") -> None:
    """Kill -9 a process that leads its session, and everything in the session, then reap it."""
    process.send_signal(signal.SIGKILL)
    for _ in range(100):
        pids = session_pids(process.pid)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it ended by itself
        if not pids:
            break
    process.wait()
