"""What a run's jobs came after is in its journal: a report needs no flow file, which may have changed since."""

from aetherflow.core.contracts.event import EventType
from aetherflow.core.operations.show_run import run_events
from tests.history.conftest import Past, past

__all__ = ["past"]

FLOW = """
    version: 1
    flow: {id: daily}
    jobs:
      - {id: a, steps: [{id: say, type: log, inputs: {message: hi}}]}
      - {id: b, depends_on: [a], steps: [{id: say, type: log, inputs: {message: hi}}]}
      - {id: c, when: "jobs.a.status == 'SUCCESS'", steps: [{id: say, type: log, inputs: {message: hi}}]}
    """


def test_a_run_records_which_jobs_come_before_which_and_why(past: Past) -> None:
    past.run("r1", FLOW)
    begun = next(event for event in run_events(past.env, "r1") if event.type is EventType.RUN_STARTED)
    assert begun.payload["after"] == {"b": {"a": "depends_on"}, "c": {"a": "order"}}
