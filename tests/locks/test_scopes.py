"""`flow.locks`: one run of a flow at a time, or one of each job."""

from tests.locks.flows import Flows, ended, until
from tests.runner.conftest import Runner

HOLDING = """
version: 1
flow: {{id: f, locks: {{scope: {scope}}}}}
jobs:
  - {{id: a, steps: [{{id: s, type: t.hold}}]}}
  - {{id: b, depends_on: [a], steps: [{{id: s, type: log, inputs: {{message: b}}}}]}}
  - {{id: c, steps: [{{id: s, type: log, inputs: {{message: c}}}}]}}
"""


def holding(flows: Flows, scope: str):
    flows.write(HOLDING.format(scope=scope))
    holder = flows.start(run_id="first")
    until(lambda: flows.lines("notes"))
    return holder


def test_a_flow_that_runs_elsewhere_exits_4_before_anything_runs(flows: Flows):
    holder = holding(flows, "flow")
    lock = flows.lock("flow:f")
    assert (lock.job_id, lock.step_id, lock.ttl_seconds) == (None, None, 3600)
    code, said = flows.run()
    assert (code, said["code"]) == (4, ["AF-R401"])
    assert said["message"].startswith(
        'flow "f" runs one at a time (locks.scope: flow), and is held by run "first" of flow "f", process '
    )
    assert len(flows.lines("notes")) == 1
    (flows.root / "go").touch()
    assert ended(holder)[0] == 0
    assert flows.lock("flow:f") is None
    assert flows.run()[0] == 0


def test_a_killed_runs_flow_lock_is_taken_over(flows: Flows):
    holder = holding(flows, "flow")
    holder.kill()
    holder.communicate(timeout=15)
    (flows.root / "go").touch()
    assert flows.run()[0] == 0


def test_a_killed_run_that_is_resumed_takes_its_own_flow_lock_again(flows: Flows):
    holder = holding(flows, "flow")
    holder.kill()
    holder.communicate(timeout=15)
    (flows.root / "go").touch()
    code, said = flows.run(run_id="first", resume=True)
    assert (code, said["run_id"]) == (0, "first")


def test_a_job_that_runs_elsewhere_fails_with_a_reason_and_others_go_on(flows: Flows):
    holder = holding(flows, "job")
    code, said = flows.run()
    assert code == 1
    job, blocked, other = said["reasons"]
    assert job.startswith('lock "job:f/a" is held by run "first" of flow "f" (a), process ')
    assert (blocked, other) == ('job "a" ended FAILED', None)
    (flows.root / "go").touch()
    assert ended(holder)[0] == 0


def test_the_runs_lock_is_told_of_after_its_start(runner: Runner):
    runner.run(
        """
        version: 1
        flow: {id: f, locks: {scope: flow, ttl_seconds: 60}}
        jobs: [{id: a, steps: [{id: s, type: log, inputs: {message: x}}]}]
        """
    )
    assert [event.type for event in runner.events][:2] == ["run_started", "lock_acquired"]
    assert [event.type for event in runner.events][-2:] == ["lock_released", "run_finished"]


def test_each_job_holds_its_lock_once_for_all_items(runner: Runner):
    runner.run(
        """
        version: 1
        flow: {id: f, locks: {scope: job}}
        jobs: [{id: a, for_each: [1, 2], steps: [{id: s, type: log, inputs: {message: x}}]}]
        """
    )
    keys = [event.payload["key"] for event in runner.events if event.type == "lock_acquired"]
    assert keys == ["job:f/a"]


def test_a_child_learns_the_token_of_its_jobs_lock(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f, locks: {scope: job}}
        jobs:
          - id: a
            steps:
              - id: s
                type: external.process
                inputs: {command: "echo $AETHERFLOW_FENCING_TOKEN", shell: true, parse: text}
        """
    )
    assert result.jobs["a"].steps["s"].outputs["value"] == "1"
