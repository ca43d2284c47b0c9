"""Programs hand observers over: functions and objects, which are told the same as those of plugins.yaml."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import force_setattr

from aetherflow.core.api import AetherFlowError, Event, EventType, ObserverPlugin, RunResult, run_flow
from tests.observers.runs import FLOW
from tests.support.project import Project

Run = Callable[..., RunResult]


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(project.root)
    project.write("flow.yaml", FLOW)
    return lambda *observers: run_flow("flow.yaml", env=project.env, observers=observers)


class Collecting(ObserverPlugin):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.calls: list[str] = []
        self.threads: set[int] = set()
        self.events: list[Event] = []

    def on_startup(self) -> None:
        self.calls.append("on_startup")

    def on_event(self, event: Event) -> None:
        self.threads.add(threading.get_ident())
        self.events.append(event)

    def on_shutdown(self) -> None:
        self.calls.append("on_shutdown")


def test_a_function_has_seen_every_event_when_the_run_returns(run: Run) -> None:
    seen: list[Event] = []
    result = run(seen.append)
    assert result.status == "SUCCESS"
    assert (seen[0].type, seen[-1].type) == (EventType.RUN_STARTED, EventType.RUN_FINISHED)
    assert [event.seq for event in seen] == list(range(1, len(seen) + 1))


def test_an_object_lives_through_the_run_on_one_thread_of_its_own(run: Run) -> None:
    observer, other = Collecting("one"), Collecting("two")
    run(observer, other)
    assert observer.calls == ["on_startup", "on_shutdown"]
    assert len(observer.threads | other.threads | {threading.get_ident()}) == 3
    assert observer.events == other.events


def test_copies_are_private_and_unchangeable(run: Run) -> None:
    seen: list[Event] = []
    others: list[Event] = []
    run(seen.append, others.append)
    assert all(one is not other and one.payload is not other.payload for one, other in zip(seen, others, strict=True))
    with pytest.raises(TypeError):
        seen[0].payload["steps_of"]["one"] = 9
    plain = dict(seen[0].payload)
    assert plain["jobs"] == ("one", "two")


def test_who_forces_a_change_upon_an_event_changes_the_own_copy_alone(run: Run) -> None:
    def force(event: Event) -> None:
        for value in event.payload.values():
            if isinstance(value, dict):
                dict.clear(value)
        dict.clear(event.payload)
        force_setattr(event, "seq", 0)

    alone: list[Event] = []
    run(alone.append)
    before: list[Event] = []
    after: list[Event] = []
    run(before.append, force, after.append)
    assert [sorted(event.payload) for event in before] == [sorted(event.payload) for event in alone]
    assert before[0].payload["steps_of"] == alone[0].payload["steps_of"]
    assert before == after


def test_one_function_may_be_given_twice(run: Run) -> None:
    seen: list[Event] = []
    run(seen.append, seen.append)
    assert sorted(event.seq for event in seen) == sorted([*range(1, len(seen) // 2 + 1)] * 2)


def test_a_function_that_raises_changes_nothing(run: Run, project: Project) -> None:
    seen: list[Event] = []

    def raising(event: Event) -> None:
        raise RuntimeError(f"no {event.type}")

    result = run(raising, seen.append)
    assert result.status == "SUCCESS"
    told = project.aetherflow("runs", "events", result.run_id).stdout
    (off,) = [line for line in told.splitlines() if "is switched off" in line]
    line = raising.__code__.co_firstlineno + 1
    assert off.endswith(f"RuntimeError: no {seen[4].type} ({__file__}:{line})")


def test_a_blocked_function_delays_the_return_by_the_time_that_observers_have(run: Run, project: Project) -> None:
    project.write("plugins.yaml", "limits: {drain_seconds: 0.3}\n")
    free = threading.Event()
    called: list[Event] = []

    def blocked(event: Event) -> None:
        free.wait(60)
        called.append(event)

    started = time.monotonic()
    assert run(blocked).status == "SUCCESS"
    assert time.monotonic() - started < 10
    free.set()
    time.sleep(0.5)
    assert len(called) == 1  # what comes after the end is nothing to it any more


@pytest.mark.parametrize("what", [Collecting, 3, "observer", ObserverPlugin("silent")])
def test_what_is_no_observer_is_refused(run: Run, what: Any) -> None:
    with pytest.raises(AetherFlowError) as caught:
        run(what)
    assert "is no observer" in caught.value.message
    assert caught.value.exit_code == 3


def test_an_async_function_is_refused(run: Run) -> None:
    async def listen(event: Event) -> None: ...

    with pytest.raises(AetherFlowError, match="is no observer"):
        run(listen)


def test_those_of_plugins_yaml_are_told_too(run: Run, project: Project) -> None:
    seen: list[Event] = []
    project.write("plugins.yaml", "plugins: [{id: lines, module: JsonLinesObserver, config: {path: out.jsonl}}]\n")
    run(seen.append)
    assert len(Path("out.jsonl").read_text().splitlines()) == len(seen)


def test_runs_in_threads_have_observers_of_their_own(run: Run) -> None:
    seen: dict[int, list[Event]] = {0: [], 1: []}
    threads = [threading.Thread(target=run, args=(seen[number].append,)) for number in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [{event.run_id for event in events} for events in seen.values()]
    assert [len(each) for each in ids] == [1, 1]
    assert ids[0] != ids[1]
