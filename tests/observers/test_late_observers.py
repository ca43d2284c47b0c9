"""An observer that blocks delays the end of a run by the time that observers have, and no longer."""

import signal
import time

import pytest

from tests.observers.runs import KEEPER, Watched
from tests.support.project import Project

BLOCKING = """
class InEvent(ObserverPlugin):
    def on_event(self, event):
        if event.seq >= 3:
            time.sleep(60)

class InConstructor(ObserverPlugin):
    def __init__(self, plugin_id, config=None):
        time.sleep(60)
    def on_event(self, event): pass

class InStartup(ObserverPlugin):
    def on_startup(self):
        time.sleep(60)
    def on_event(self, event): pass

class InShutdown(ObserverPlugin):
    def on_event(self, event): pass
    def on_shutdown(self):
        time.sleep(60)

class Locked(ObserverPlugin):
    def on_event(self, event):
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
"""


def timed(watched: Watched, *options: str) -> tuple[float, int, list[str]]:
    started = time.monotonic()
    outcome = watched.run(*options)
    seconds = time.monotonic() - started
    return seconds, outcome.exit_code, watched.warnings(outcome.json["run_id"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("InEvent", "did not see {0} of {1} events: 0.5 s after the end of the run it was still in its on_event"),
        ("Locked", "did not see {1} of {1} events: 0.5 s after the end of the run it was still in its on_event"),
        (
            "InConstructor",
            "did not see {1} of {1} events: 0.5 s after the end of the run it was still in its constructor",
        ),
        ("InStartup", "did not see {1} of {1} events: 0.5 s after the end of the run it was still in its on_startup"),
        ("InShutdown", "has seen all events: 0.5 s after the end of the run it was still in its on_shutdown"),
    ],
)
def test_a_blocked_observer_is_left_behind_and_what_it_missed_is_counted(
    watched: Watched, name: str, said: str
) -> None:
    watched.observers(BLOCKING + KEEPER, f"late {name}", "keeper Keeper", limits="{drain_seconds: 0.5}")
    started = time.monotonic()
    outcome = watched.run()
    assert time.monotonic() - started < 15
    assert outcome.exit_code == 0
    run_id = outcome.json["run_id"]
    events = [event for event in watched.recorded(run_id) if event["payload"].get("level") != "warning"]
    message = f'observer "late" {said.format(len(events) - 2, len(events))}'
    assert watched.warnings(run_id) == [message]
    assert message in outcome.stderr
    assert watched.seen("keeper")[-1] == "closed"


def test_without_time_at_the_end_nobody_is_waited_for(watched: Watched) -> None:
    watched.observers(BLOCKING, "late InStartup", limits="{drain_seconds: 0}")
    seconds, exit_code, told = timed(watched)
    assert (exit_code, len(told)) == (0, 1)
    assert seconds < 15
    assert "0 s after the end of the run" in told[0]


def test_observers_share_the_time_at_the_end(watched: Watched) -> None:
    watched.observers(BLOCKING, *(f"late{number} InStartup" for number in range(8)), limits="{drain_seconds: 1}")
    seconds, exit_code, told = timed(watched)
    assert (exit_code, len(told)) == (0, 8)
    assert seconds < 15


SLEEPING = (
    "flow: {id: f}\njobs:\n  - {id: a, steps: [{id: s, type: external.process, inputs: {command: [sleep, '60']}}]}\n"
)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_with_a_blocked_observer_in_time(
    project: Project, number: signal.Signals, code: int
) -> None:
    watched = Watched(project, SLEEPING)
    watched.observers(BLOCKING + KEEPER, "late InEvent", "keeper Keeper", limits="{drain_seconds: 1}")
    process = project.start("run", "flow.yaml", "--json", "--plugin-path", "plugins")
    wait_for_event(watched, "step_started")
    process.send_signal(number)
    started = time.monotonic()
    process.communicate(timeout=30)
    assert process.returncode == code
    assert time.monotonic() - started < 10
    assert [event[1] for event in watched.seen("keeper")[:-1]][-1] == "run_finished"


def test_a_signal_while_observers_catch_up_ends_the_wait_and_not_the_success(watched: Watched) -> None:
    watched.observers(BLOCKING + KEEPER, "late InStartup", "keeper Keeper", limits="{drain_seconds: 60}")
    process = watched.project.start("run", "flow.yaml", "--json", "--plugin-path", "plugins")
    wait_for_event(watched, "run_finished")
    process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert time.monotonic() - started < 10
    assert "when the wait was interrupted it was still in its on_startup" in said


def wait_for_event(watched: Watched, kind: str) -> None:
    path = watched.root / "keeper.jsonl"
    for _ in range(600):
        if path.exists() and f'"{kind}"' in path.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"{kind} was never seen")
