"""A folder in which flows were run, and ways to look at what they left."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_flow import run
from aetherflow.core.state.liveness import RunHold
from aetherflow.core.state.records import Batch, RunRecord
from aetherflow.core.state.store import StateStore

TWO_JOBS = """
    version: 1
    flow: {id: daily}
    params: {day: {default: monday}}
    jobs:
      - id: extract
        steps:
          - {id: hello, type: log, inputs: {message: "hello {{params.day}}"}}
      - id: load
        depends_on: [extract]
        steps:
          - id: copy
            type: external.process
            inputs: {command: [sh, -c, "echo a line; test -f fixed"], cwd: "{{env.HOME}}", log: {stdout: inherit}}
    """


class Past:
    """Runs flows in this process, and looks into the state as others would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(root),
            "AETHERFLOW_STATE_ROOT": str(root / "state"),
            "AETHERFLOW_WORK_ROOT": str(root / "work"),
        }

    @property
    def state_file(self) -> Path:
        return self.root / "state" / "state.db"

    def run(
        self, run_id: str, text: str = TWO_JOBS, *, env: Mapping[str, str] | None = None, **options: Any
    ) -> RunResult:
        """Run a flow given as text."""
        flow = self.root / "flow.yaml"
        flow.write_text(textwrap.dedent(text))
        request = RunRequest(flow=str(flow), environ={**self.env, **(env or {})}, run_id=run_id, **options)
        return run(request)

    def log(self, run_id: str, flow_id: str = "daily") -> Path:
        """Give the place of a run's log."""
        return self.root / "state" / "runs" / flow_id / run_id / "run.log"

    def record(self, run_id: str, *, flow_id: str = "daily", events: list[Event] | None = None, **fields: Any) -> None:
        """Record a run that nobody ran, such as one of last year."""
        values: dict[str, Any] = {
            "status": RunStatus.SUCCESS,
            "started_at": 1000.0,
            "finished_at": 1001.0,
            "pid": 7,
            "host": "host-a",
            "token": f"token-{run_id}",
            "flow_source": str(self.root / "flow.yaml"),
            "flow_digest": "digest",
        }
        with StateStore.open(self.state_file) as store:
            record = RunRecord(flow_id=flow_id, run_id=run_id, **(values | fields))
            store.commit(Batch(runs=[record], events=events or []))

    def hold(self, run_id: str, flow_id: str = "daily") -> RunHold:
        """Hold a run as its live process does."""
        return RunHold.acquire(self.state_file, flow_id, run_id, pid=1, host="host-a", started_at=1.0)


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """Give an empty past."""
    return Past(tmp_path)
