"""`--debug-plugins` tells of observers: how often each was called with what, how long that took, how far it lagged."""

import re

from tests.observers.runs import Watched

CODE = """
class Slow(ObserverPlugin):
    def on_event(self, event):
        time.sleep(0.05)
        if event.type == "job_started":
            raise ValueError
"""


def test_calls_are_put_together_by_what_they_were_about(watched: Watched) -> None:
    watched.observers(CODE, "slow Slow")
    outcome = watched.run("--debug-plugins")
    assert outcome.exit_code == 0
    log = next((watched.root / "state").rglob("plugins.log")).read_text()
    lines = [line.split("  ", 1)[1] for line in log.splitlines() if "  event " in line]
    told = [" ".join(re.sub(r"[\d.]+ ms", "T ms", line).split()) for line in lines]
    assert told[0].startswith("event T ms slow constructor: 1 call")
    assert told[1].startswith("event T ms slow on_startup: 1 call")
    about = {line.split()[4].rstrip(":"): line for line in told}
    assert about["step_finished"].startswith("event T ms slow step_finished: 4 calls, slowest T ms, at most ")
    assert about["job_started"].startswith("event T ms slow job_started: 2 calls, 2 raised, slowest T ms")
    assert told[-1] == "event T ms slow on_shutdown: 1 call"
    assert "slow" in outcome.stderr
