"""A program that wants a run to end no more waits for what the run itself waits for: a next attempt, a lock."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import CompiledFlow, compile_document
from tests.locks.flows import Flows, until
from tests.support.project import Project, clean_environment

WAITING = {
    "retry": """\
flow: {id: waiting}
jobs:
  - id: a
    steps:
      - {id: b, type: fail, retry: {max_attempts: 3, backoff_seconds: 60}, inputs: {message: not yet}}
""",
    "lock": """\
flow: {id: waiting}
jobs:
  - id: a
    steps:
      - {id: b, type: with_lock, inputs: {lock_key: k, wait_seconds: 60, step: {type: log, inputs: {message: mine}}}}
""",
}
HOLDING = f"""\
flow: {{id: holding}}
jobs:
  - id: a
    steps:
      - id: b
        type: with_lock
        inputs:
          lock_key: k
          step: {{type: external.process, inputs: {{command: [{sys.executable}, -c, "import time; time.sleep(120)"]}}}}
"""
SOON_SECONDS = 10


@pytest.fixture(params=WAITING)
def flow(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CompiledFlow]:
    """Give a flow that waits a minute: for its next attempt, or for the lock of another process."""
    monkeypatch.chdir(tmp_path)
    flows = Flows(tmp_path)
    try:
        if request.param == "lock":
            (tmp_path / "holding.yaml").write_text(HOLDING)
            flows.start("holding.yaml")
            until(lambda: flows.state_file.exists() and flows.lock("k"))
        yield compile_document(WAITING[request.param], source="desk")
    finally:
        flows.kill_all()


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    """Give the options of a run."""
    return {"env": clean_environment(tmp_path), "run_id": "one"}


def check(began: float, root: Path) -> None:
    assert time.monotonic() - began < SOON_SECONDS
    shown = Project(root, clean_environment(root)).aetherflow("runs", "show", "one", "--json").json
    assert shown["status"] == "INTERRUPTED"


def test_a_cancelled_ainvoke_ends_soon(flow: CompiledFlow, options: dict[str, Any], tmp_path: Path) -> None:
    began = time.monotonic()

    async def cancelled() -> None:
        task = asyncio.create_task(flow.ainvoke(**options))
        await asyncio.sleep(1)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    check(began, tmp_path)


def test_a_cancelled_astream_ends_soon(flow: CompiledFlow, options: dict[str, Any], tmp_path: Path) -> None:
    began = time.monotonic()
    seen = []

    async def read() -> None:
        async for event in flow.astream(**options):
            seen.append(str(event.type))

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(asyncio.wait_for(read(), 1))
    assert "step_started" in seen
    check(began, tmp_path)


def test_a_stream_that_is_read_no_further_ends_soon(
    flow: CompiledFlow, options: dict[str, Any], tmp_path: Path
) -> None:
    began = time.monotonic()
    for event in flow.stream(**options):
        if event.type == "step_started":
            time.sleep(0.5)  # for the waiting to begin
            break
    check(began, tmp_path)
