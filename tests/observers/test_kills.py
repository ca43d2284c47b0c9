"""A killed run: every recorded outcome has its event, every event its outcome, and observers have seen no others."""

import json
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from aetherflow.core.state.store import StateStore
from tests.observers.runs import KEEPER, Watched, as_kept
from tests.support.project import Project

STEPS = "".join(f"      - {{id: s{number}, type: log, inputs: {{message: hi}}}}\n" for number in range(1500))
FLOW = f"flow: {{id: f}}\njobs:\n  - id: a\n    steps:\n{STEPS}"


def test_events_are_committed_with_the_outcomes_that_they_tell_of(
    project: Project, instants: Callable[[int, int], int]
) -> None:
    watched = Watched(project, FLOW)
    watched.observers(KEEPER, "keeper Keeper", "other Keeper")
    assert watched.run("--run-id", "whole").exit_code == 0
    begun, kills = 0, instants(6, 20)
    for number in range(kills):
        run_id = f"killed-{number}"
        kill_one(watched, run_id, 0.8 * (number + random.random()) / kills)
        begun += check(watched, run_id)
    assert begun > kills / 2


def kill_one(watched: Watched, run_id: str, seconds: float) -> None:
    """Kill a run so many seconds after its first event was seen."""
    for name in ("keeper", "other"):
        (watched.root / f"{name}.jsonl").unlink(missing_ok=True)
    words = ("run", "flow.yaml", "--quiet", "--run-id", run_id, "--plugin-path", "plugins")
    process = watched.project.start(*words)
    while process.poll() is None and not (watched.root / "keeper.jsonl").exists():
        time.sleep(0.005)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def check(watched: Watched, run_id: str) -> bool:
    """Compare what was seen, what is in the journal and what is recorded; gives whether a step had ended."""
    (path,) = Path(watched.root / "state").rglob("*.db")
    with StateStore.open(path) as store:
        events = store.events_of("f", run_id, limit=100_000)
        steps = store.steps_of("f", run_id)
    journal = [as_kept(json.loads(line)) for line in encoded(events)]
    for name in ("keeper", "other"):
        seen = whole_lines(watched.root / f"{name}.jsonl")
        assert seen == journal[: len(seen)]
    finished = [event.step_id for event in events if event.type == "step_finished"]
    assert sorted(finished) == sorted(step.step_id for step in steps if step.status is not None)
    started = {event.step_id for event in events if event.type == "step_started"}
    assert {step.step_id for step in steps} == started
    return bool(finished)


def encoded(events: list[object]) -> list[bytes]:
    import msgspec

    return [msgspec.json.encode(event) for event in events]


def whole_lines(path: Path) -> list[object]:
    """Give what was written before the kill; the last line may be cut."""
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines() if line != '"closed"']
