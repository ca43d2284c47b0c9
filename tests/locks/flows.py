"""Flows that run in processes of their own and share one state."""

import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aetherflow.core.state.locks import LockRecord, LockTable
from tests.support.project import REPOSITORY, clean_environment, kill_tree

#: Runs a flow and prints how that ended; the arguments are those of `run_flow`.
RUN = """
import json, sys
from aetherflow.core.api import AetherFlowError, run_flow
from tests.locks import steps
try:
    result = run_flow(sys.argv[1], plugins=steps.ALL, **json.loads(sys.argv[2]))
    said = {"run_id": result.run_id, "status": result.status, "reasons": [job.reason for job in result.jobs.values()]}
    code = 0 if result.status == "SUCCESS" else 1
except AetherFlowError as error:
    said, code = {"message": error.message, "code": [d.code for d in error.diagnostics]}, error.exit_code
print(json.dumps(said))
sys.exit(code)
"""


class Flows:
    """A folder with flows, and the processes that run them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {**clean_environment(root), "HERE": str(root), "PYTHONPATH": str(REPOSITORY)}
        self.started: list[subprocess.Popen[str]] = []

    @property
    def state_file(self) -> Path:
        """The state that all flows share."""
        return self.root / "state" / "state.db"

    def write(self, text: str, name: str = "flow.yaml") -> None:
        """Write a flow."""
        (self.root / name).write_text(textwrap.dedent(text))

    def start(self, name: str = "flow.yaml", **options: Any) -> "subprocess.Popen[str]":
        """Start a run in a process of its own."""
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, name, json.dumps(options)],
            cwd=self.root,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, name: str = "flow.yaml", **options: Any) -> tuple[int, dict[str, Any]]:
        """Run a flow in a process of its own, to its end."""
        return ended(self.start(name, **options))

    def lines(self, name: str) -> list[str]:
        """Give the lines that steps appended to a file."""
        file = self.root / name
        return file.read_text().splitlines() if file.exists() else []

    def lock(self, key: str) -> LockRecord | None:
        """Give a lock as it is now."""
        with LockTable.open(self.state_file) as table:
            return table.find(key)

    def kill_all(self) -> None:
        """Kill whatever still runs."""
        for process in self.started:
            if process.poll() is None:
                kill_tree(process)
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()


def ended(process: "subprocess.Popen[str]") -> tuple[int, dict[str, Any]]:
    """Wait for the end of a run; give its exit code and what it said."""
    out, err = process.communicate(timeout=60)
    assert out, err
    return process.returncode, json.loads(out)


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Tell whether a process lives and is no zombie."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
