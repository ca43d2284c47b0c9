"""What the observers' host does where the system itself gets in its way."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from aetherflow.core.api import Event, run_flow
from tests.observers.runs import FLOW
from tests.support.project import Project


@pytest.fixture
def flow(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(project.root)
    yield project.write("flow.yaml", FLOW)


def test_an_observer_without_a_thread_is_told_of_at_the_end(
    flow: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Event] = []

    def no_second(self: Thread) -> None:
        if "second" in self.name:
            raise RuntimeError("can't start new thread")
        start(self)

    def second(event: Event) -> None:
        raise ValueError("never called")

    start = Thread.start
    monkeypatch.setattr(Thread, "start", no_second)
    noisy = [lambda event: 1 / 0 for _ in range(10)]  # each says something while the others are started
    result = run_flow(flow, env=project.env, observers=[*noisy, second, seen.append])
    assert result.status == "SUCCESS"
    run_id = result.run_id
    told = project.aetherflow("runs", "events", run_id, "--type", "log").stdout
    name = "test_an_observer_without_a_thread_is_told_of_at_the_end.<locals>.second"
    assert f'observer "{name}" was never started: can\'t start new thread' in told
    assert seen[-1].type == "run_finished" or seen[-1].payload["level"] == "warning"
