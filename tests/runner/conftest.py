"""Runs flows in this process, with state and workspaces inside the test's own folder."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import Event, RunResult, run_flow


class Runner:
    """Writes a flow and runs it; keeps the events of every run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(root),
            "AETHERFLOW_STATE_ROOT": str(root / "state"),
            "AETHERFLOW_WORK_ROOT": str(root / "work"),
        }
        self.events: list[Event] = []

    def run(self, text: str, *plugins: Any, env: Mapping[str, str] | None = None, **options: Any) -> RunResult:
        """Run a flow given as text."""
        flow = self.root / "flow.yaml"
        flow.write_text(textwrap.dedent(text))
        self.events = []
        return run_flow(
            flow, plugins=plugins, env={**self.env, **(env or {})}, observers=[self.events.append], **options
        )

    def happened(self) -> list[str]:
        """Write the last run's events in one line each."""
        return [" ".join(filter(None, (event.type, event.job_id, event.step_id))) for event in self.events]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Give a runner of an empty folder."""
    return Runner(tmp_path)
