"""All that a run recorded can be seen again, but for its secrets."""

import threading
import time
from pathlib import Path

import msgspec
import pytest

from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.operations.show_run import run_events, show_run
from aetherflow.core.state.records import Batch, StepRecord
from aetherflow.core.state.store import StateStore
from tests.history.conftest import Past

LOOP = """
    version: 1
    flow: {id: daily}
    jobs:
      - id: each
        for_each: [a, b]
        steps:
          - {id: say, type: log, inputs: {message: "{{item}}"}, outputs: {said: "{{result.message}}"}}
      - {id: gated, when: false, steps: [{id: never, type: log, inputs: {message: x}}]}
    handlers:
      on_exit: [{id: bye, type: log, inputs: {message: bye}}]
    """

SECRET = """
    version: 1
    flow: {id: daily}
    params: {given: {default: ""}}
    jobs:
      - id: leak
        steps:
          - {id: say, type: log, inputs: {message: "{{env.DB_PASSWORD}} and {{env.LATER:}}"}}
          - {id: fail, type: fail, inputs: {message: "no {{env.DB_PASSWORD}} {{env.LATER:}}"}}
    """


def test_a_run_is_shown_with_jobs_and_steps_in_their_order(past: Past) -> None:
    past.run("r1", params={"day": "friday"})
    details = show_run(past.env, "r1")
    assert (details.run.status, details.run.is_live) == (RunStatus.FAILED, False)
    assert details.params == {"day": "friday"}
    assert details.flow_source == str(past.root / "flow.yaml")
    assert details.log == str(past.log("r1"))
    assert [(job.id, job.status) for job in details.jobs] == [
        ("extract", JobStatus.SUCCESS),
        ("load", JobStatus.FAILED),
    ]
    (copy,) = details.jobs[1].steps
    assert (copy.id, copy.status, copy.attempts, copy.plugin) == ("copy", StepStatus.FAILED, 1, "aetherflow")
    assert (copy.error or "").startswith("exited with code 1")
    assert copy.definition_digest
    assert copy.plugin_digest


def test_items_and_handlers_are_shown(past: Past) -> None:
    past.run("r1", LOOP)
    details = show_run(past.env, "r1")
    each, gated = details.jobs
    assert [(item.item, item.outputs, [step.id for step in item.steps]) for item in each.items or []] == [
        ("a", {"said": "a"}, ["say"]),
        ("b", {"said": "b"}, ["say"]),
    ]
    assert each.steps == []
    assert (gated.status, gated.reason) == (JobStatus.SKIPPED, "when is false")
    assert [(handler.id, [step.id for step in handler.steps]) for handler in details.handlers] == [("on_exit", ["bye"])]


def test_a_step_in_flight_has_no_status(past: Past) -> None:
    past.record("r1", status=RunStatus.RUNNING, finished_at=None)
    step = StepRecord(flow_id="daily", run_id="r1", job_id="load", step_id="copy", position=0, started_at=1000.0)
    with StateStore.open(past.state_file) as store:
        store.commit(Batch(steps=[step]))
    (job,) = show_run(past.env, "r1").jobs
    assert (job.id, job.status, job.started_at, job.steps[0].status) == ("load", None, 1000.0, None)


def test_secrets_are_stars_also_those_that_became_secret_later(past: Past) -> None:
    secrets = {"DB_PASSWORD": "correct horse", "LATER": "battery staple"}
    past.run("r1", SECRET, env=secrets, params={"given": "correct horse and more"})
    now = past.env | secrets | {"AETHERFLOW_SECRET_ENV": "LATER"}  # DB_PASSWORD would be none by now
    seen = msgspec.json.encode(show_run(now, "r1")).decode() + str(list(run_events(now, "r1")))
    assert "correct horse" not in seen
    assert "battery staple" not in seen
    details = show_run(past.env, "r1")
    assert details.params == {"given": "*** and more"}
    assert details.jobs[0].steps[0].outputs == {"message": "*** and battery staple"}
    assert past.log("r1").read_text().count("battery staple") > 0  # written when it was no secret
    assert "correct horse" not in past.log("r1").read_text()
    assert b"correct horse" not in past.state_file.read_bytes()


def test_events_come_in_order_and_after_a_number(past: Past) -> None:
    past.run("r1")
    events = list(run_events(past.env, "r1"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert (events[0].type, events[-1].type) == (EventType.RUN_STARTED, EventType.RUN_FINISHED)
    assert list(run_events(past.env, "r1", after=events[-2].seq)) == events[-1:]
    assert list(run_events(past.env, "r1", follow=True)) == events


def test_who_follows_a_live_run_sees_its_end(past: Past, tmp_path: Path) -> None:
    waits = """
        version: 1
        flow: {id: daily}
        jobs:
          - id: wait
            steps:
              - id: for_it
                type: external.process
                inputs: {command: [sh, -c, "while ! test -f go; do sleep 0.05; done"], cwd: "{{env.HOME}}"}
        """
    started = threading.Thread(target=past.run, args=("r1", waits))
    started.start()
    seen = []
    for event in run_events(past.env, _wait_for_run(past), follow=True):
        seen.append(event.type)
        if event.type is EventType.STEP_STARTED:
            (tmp_path / "go").touch()
    started.join()
    assert seen[-1] is EventType.RUN_FINISHED


def _wait_for_run(past: Past) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        store = StateStore.open_existing(past.state_file)
        if store:
            with store:
                if store.list_runs():
                    return "r1"
        time.sleep(0.02)
    pytest.fail("the run did not begin")


def test_who_follows_a_run_that_died_is_let_go(past: Past) -> None:
    past.record("r1", status=RunStatus.RUNNING, finished_at=None)
    assert list(run_events(past.env, "r1", follow=True)) == []
