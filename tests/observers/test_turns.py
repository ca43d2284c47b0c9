"""Threads take short turns where an observer computes on and on, and only there: short turns cost each run a little."""

import sys
import time
from collections.abc import Callable

from aetherflow.core.api import Event, run_flow
from tests.support.project import Project

STEPS = 40
PLUGIN = '''
import sys, time
from aetherflow.core.api import register_step

@register_step("turn")
def turn(ctx, inputs):
    """Tells how long threads keep the interpreter to themselves."""
    time.sleep(0.01)
    ctx.log.info(sys.getswitchinterval())
'''


def turns(project: Project, observer: Callable[[Event], None]) -> list[float]:
    """Run steps, one after the other, and give the length of turns that each of them has found."""
    project.write("plugins/turn.py", PLUGIN)
    steps = "".join(f"      - {{id: s{number}, type: turn, inputs: {{}}}}\n" for number in range(STEPS))
    flow = project.write("flow.yaml", f"version: 1\nflow: {{id: turns}}\njobs:\n  - id: main\n    steps:\n{steps}")
    found: list[float] = []

    def note(event: Event) -> None:
        if event.type == "log":
            found.append(float(event.payload["message"]))

    run_flow(flow, env=project.env, plugin_paths=[project.root / "plugins"], observers=[observer, note])
    return found


def test_an_observer_that_computes_on_and_on_makes_turns_short_until_the_end_of_the_run(project: Project) -> None:
    before = sys.getswitchinterval()

    def compute(event: Event) -> None:
        until = time.monotonic() + 0.2
        while event.type == "step_started" and time.monotonic() < until and event.step_id in {"s0", "s1", "s2", "s3"}:
            pass

    found = turns(project, compute)
    assert found[0] == before
    assert found[-1] < before / 5
    assert sys.getswitchinterval() == before


def test_observers_that_are_quick_leave_turns_as_they_are(project: Project) -> None:
    quick = {sys.getswitchinterval()}
    tries = (
        set(turns(project, lambda event: None)) for _ in range(3)
    )  # a busy machine makes any observer slow at times
    assert any(found == quick for found in tries)
