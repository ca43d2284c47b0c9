"""`with_lock` and `ctx.acquire_lock` inside one run."""

import json
import threading

import pytest

from aetherflow.core.api import StepFailed, register_step, validate_flow
from aetherflow.core.contracts.status import RunStatus, StepStatus
from tests.locks.effects import in_flight_effects
from tests.runner.conftest import Runner

FLOW = """
version: 1
flow: {id: f}
resources:
  db: {kind: db, driver: sqlite3, config: {path: x.db}}
jobs:
  - id: a
    steps:
      - id: s
        type: with_lock
        inputs: %s
"""


def under_lock(step: dict, **inputs) -> str:
    return FLOW % json.dumps({"lock_key": "k", **inputs, "step": step})


def shell(command: str) -> dict:
    return {"type": "external.process", "inputs": {"command": command, "shell": True, "parse": "text"}}


def the_step(result):
    return result.jobs["a"].steps["s"]


def test_the_outputs_are_those_of_the_inner_step_and_of_the_lock(runner: Runner):
    report = the_step(runner.run(under_lock({"type": "log", "inputs": {"message": "hello"}})))
    assert report.outputs == {"message": "hello", "lock_key": "k", "fencing_token": 1}


def test_a_child_learns_the_fencing_token(runner: Runner):
    flow = under_lock(shell("echo $AETHERFLOW_FENCING_TOKEN"))
    assert [the_step(runner.run(flow)).outputs["value"] for _ in range(2)] == ["1", "2"]


def test_templates_reach_the_inner_step(runner: Runner):
    flow = under_lock({"type": "log", "inputs": {"message": "{{flow_id}} {{env.HOME}}"}})
    assert the_step(runner.run(flow)).outputs["message"] == f"f {runner.root}"


def test_a_failing_inner_step_fails_the_step_and_frees_the_lock(runner: Runner):
    flow = under_lock({"type": "fail", "inputs": {"message": "no"}})
    for _ in range(2):
        assert the_step(runner.run(flow)).error == "no"


def test_a_skipped_inner_step_skips_the_step(runner: Runner):
    report = the_step(runner.run(under_lock({"type": "check_items", "inputs": {"items": []}})))
    assert (report.status, report.reason) == (StepStatus.SKIPPED, "no items, 1 wanted")
    assert report.outputs["fencing_token"] == 1


def test_the_outer_steps_time_ends_the_inner_step(runner: Runner):
    flow = under_lock(shell("sleep 10")).replace("type: with_lock", "type: with_lock\n        timeout_seconds: 0.3")
    assert "0.3" in the_step(runner.run(flow)).error


def test_the_inner_steps_own_time_ends_it(runner: Runner):
    report = the_step(runner.run(under_lock({**shell("sleep 10"), "timeout_seconds": 0.3})))
    assert report.status is StepStatus.FAILED
    assert report.duration_seconds < 5


def test_a_retry_takes_the_lock_anew(runner: Runner):
    flow = under_lock(shell("test $AETHERFLOW_FENCING_TOKEN = 2"))
    report = the_step(runner.run(flow.replace("type: with_lock", "type: with_lock\n        retry: {max_attempts: 3}")))
    assert (report.status, report.attempts, report.outputs["fencing_token"]) == (StepStatus.SUCCESS, 2, 2)


def test_the_same_lock_inside_itself_is_an_error_and_no_deadlock(runner: Runner):
    inner = {"type": "with_lock", "inputs": {"lock_key": "k", "wait_seconds": 60, "step": {"type": "log"}}}
    report = the_step(runner.run(under_lock({**inner, "inputs": inner["inputs"] | {"step": shell("true")}})))
    assert report.error == 'lock "k" is held by this run already, by step "a.s"'


def test_another_lock_inside_counts_as_the_innermost(runner: Runner):
    runner.run(under_lock(shell("true")))
    inner = {"type": "with_lock", "inputs": {"lock_key": "other", "step": shell("echo $AETHERFLOW_FENCING_TOKEN")}}
    report = the_step(runner.run(under_lock(inner)))
    assert (report.outputs["value"], report.outputs["fencing_token"]) == ("1", 2)


def test_events_tell_of_the_lock(runner: Runner):
    runner.run(under_lock({"type": "log", "inputs": {"message": "x"}}))
    told = [event for event in runner.events if event.type.startswith("lock_")]
    assert [(event.type, event.job_id, event.step_id) for event in told] == [
        ("lock_acquired", "a", "s"),
        ("lock_released", "a", "s"),
    ]
    acquired, released = (dict(event.payload) for event in told)
    assert acquired.pop("waited_seconds") < 1
    assert acquired == {"key": "k", "fencing_token": 1, "taken_over_from": None}
    assert released == {"key": "k", "fencing_token": 1, "lost": False}


def test_a_secret_in_a_key_is_masked_before_it_is_stored(runner: Runner):
    flow = under_lock(shell("true")).replace('"lock_key": "k"', '"lock_key": "x/{{env.DB_PASSWORD}}"')
    report = the_step(runner.run(flow, env={"DB_PASSWORD": "correct-horse"}))
    assert report.outputs["lock_key"] == "x/***"
    assert b"correct-horse" not in (runner.root / "state/state.db").read_bytes()


@pytest.mark.parametrize(
    ("key", "options", "words"),
    [
        ("", {}, "a lock key is a text of 1 to 512 characters, not ''"),
        (7, {}, "a lock key is a text of 1 to 512 characters, not 7"),
        ("k", {"ttl_seconds": 0}, "ttl_seconds of a lock must be above 0, not 0"),
        ("k", {"wait_seconds": -1}, "wait_seconds of a lock must be 0 or more, not -1"),
    ],
)
def test_a_request_that_makes_no_sense_fails_the_step(runner: Runner, key, options, words):
    @register_step("t.odd")
    def odd(ctx, inputs):
        with ctx.acquire_lock(key, **options):
            pass

    report = the_step(runner.run("version: 1\nflow: {id: f}\njobs: [{id: a, steps: [{id: s, type: t.odd}]}]", odd))
    assert report.error == words


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"type": "lgo"}, 'unknown step type "lgo"'),
        ({"inputs": {}}, "the inner step cannot be read: Object missing required field `type`"),
        ({"type": "log", "when": True}, "the inner step cannot be read: Object contains unknown field `when`"),
        ({"type": "log", "inputs": {"mesage": 1}}, 'the inputs do not fit step type "log": '),
    ],
)
def test_an_inner_step_that_cannot_be_run_fails_the_step(runner: Runner, definition, words):
    @register_step("t.outer")
    def outer(ctx, inputs):
        ctx.run_step(definition)

    report = the_step(runner.run("version: 1\nflow: {id: f}\njobs: [{id: a, steps: [{id: s, type: t.outer}]}]", outer))
    assert report.error.startswith(words)


def test_what_an_inner_steps_code_raises_is_told_with_its_own_line(runner: Runner):
    @register_step("t.inner")
    def inner(ctx, inputs):
        raise RuntimeError("broken")

    report = the_step(runner.run(under_lock({"type": "t.inner"}), inner))
    line = inner.__code__.co_firstlineno + 2
    assert report.error == f"RuntimeError: broken ({__file__}:{line})"


def test_a_lock_is_free_again_behind_the_block_in_which_the_step_failed(runner: Runner):
    @register_step("t.twice")
    def twice(ctx, inputs):
        tokens = []
        for _ in range(2):
            with ctx.acquire_lock("k") as lock:
                tokens.append((lock.key, lock.fencing_token, ctx.fencing_token))
        assert ctx.fencing_token is None
        with pytest.raises(StepFailed), ctx.acquire_lock("k"):
            raise StepFailed("inside")
        return {"tokens": tokens}

    report = the_step(runner.run("version: 1\nflow: {id: f}\njobs: [{id: a, steps: [{id: s, type: t.twice}]}]", twice))
    assert report.outputs["tokens"] == [["k", 1, 1], ["k", 2, 2]]


def findings(runner: Runner, flow: str) -> list[tuple[str, str, str]]:
    path = runner.root / "flow.yaml"
    path.write_text(flow)
    return [(found.code, found.message, found.path[-1]) for found in validate_flow(path, env=runner.env)]


def test_validate_checks_the_inner_step(runner: Runner):
    assert findings(runner, under_lock({"type": "lgo"})) == [("AF-F204", 'unknown step type "lgo"', "type")]
    assert findings(runner, under_lock({"type": "log", "inputs": {"mesage": 1, "message": 2}})) == [
        ("AF-F211", 'step type "log" takes no input "mesage"', "mesage")
    ]
    assert findings(runner, under_lock({"type": "db_execute", "inputs": {"resource": "bd", "sql": "SELECT 1"}})) == [
        ("AF-F411", 'the flow has no resource "bd"', "resource")
    ]
    nested = {"type": "with_lock", "inputs": {"lock_key": "x", "step": {"type": "fail"}}}
    assert findings(runner, under_lock(nested)) == [("AF-F212", 'step type "fail" needs the input "message"', "type")]
    assert findings(runner, under_lock(nested | {"inputs": "{{params.x}}"}))[0][0] != "AF-F204"


def test_the_inner_steps_effects_count(runner: Runner):
    @register_step("t.pay")
    def pay(ctx, inputs):
        pass

    pay.effects = "once"
    assert in_flight_effects(runner, under_lock({"type": "t.pay"}), pay) == "once"
    assert in_flight_effects(runner, under_lock({"type": "log", "inputs": {"message": "x"}})) == "pure"
    assert in_flight_effects(runner, under_lock(shell("true"))) == "idempotent"


def test_a_run_without_locks_opens_nothing_and_starts_no_thread(runner: Runner):
    @register_step("t.look")
    def look(ctx, inputs):
        assert ctx._run.locks._keeper is None
        return {"threads": [thread.name for thread in threading.enumerate()]}

    result = runner.run("version: 1\nflow: {id: f}\njobs: [{id: a, steps: [{id: s, type: t.look}]}]", look)
    assert result.status is RunStatus.SUCCESS
    assert "aetherflow-locks" not in the_step(result).outputs["threads"]
