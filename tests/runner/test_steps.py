"""One step: what its code may do, and what becomes of it."""

import asyncio
import sys
import time

import pytest
from referencing.exceptions import Unresolvable

from aetherflow.core.api import STEP_FAILED, Step, StepFailed, StepResult, register_step
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.plugins.embedding import embedded_contributions
from aetherflow.core.runner.step_call import StepCaller
from tests.runner.conftest import Runner

ONE_STEP = """
version: 1
flow: {{id: f}}
jobs: [{{id: a, steps: [{{id: s, type: {type}, {more}}}]}}]
"""


def run_one(runner: Runner, plugin, more="inputs: {}", **options):
    mark = plugin.__aetherflow_marks__[0]
    result = runner.run(ONE_STEP.format(type=mark.name, more=more), plugin, **options)
    return result, result.jobs["a"].steps["s"]


@register_step("t.async")
async def waits(ctx, inputs):
    await asyncio.sleep(0)
    return {"waited": True}


@register_step("t.list")
def gives_a_list(ctx, inputs):
    return [1]


@register_step("t.raises")
def raises(ctx, inputs):
    raise ValueError("no such luck")


@register_step("t.exits")
def exits(ctx, inputs):
    sys.exit(9)


@register_step("t.fails")
def fails(ctx, inputs):
    raise StepFailed("not today", outputs={"tried": 1})


@register_step("t.says_failed")
def says_failed(ctx, inputs):
    return StepResult(status=STEP_FAILED, error="said so")


@register_step("t.slow")
def slow(ctx, inputs):
    while not ctx.is_cancelled:
        time.sleep(0.005)
    return {"cancelled": True}


@register_step("t.counts")
def counts(ctx, inputs):
    ctx.state["n"] = ctx.state.get("n", 0) + 1
    if ctx.attempt < 3:
        raise StepFailed(f"attempt {ctx.attempt}")
    return {"n": ctx.state["n"]}


@register_step("t.bad_state")
def bad_state(ctx, inputs):
    ctx.state["set"] = {1}


@register_step("t.greets")
class Greets(Step):
    """Greets somebody."""

    input_schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "minLength": 1}},
        "required": ["name"],
        "additionalProperties": False,
    }

    def run(self, ctx, inputs):
        return {"greeting": f"hello {inputs['name']}"}


@register_step("t.files")
def files(ctx, inputs):
    path = ctx.write_atomic("sub/data.txt", "hello")
    (ctx.scratch_dir / "junk").write_text("x")
    return {"path": str(path), "scratch": str(ctx.scratch_dir)}


@register_step("t.changes_params")
def changes_params(ctx, inputs):
    is_first_to_add = "more" not in ctx.params
    ctx.params["list"].append("changed")
    ctx.params["more"] = 1
    return {"list": ctx.params["list"], "more": is_first_to_add}


@register_step("t.changes_inputs")
def changes_inputs(ctx, inputs):
    inputs["list"].append("changed")
    return {"list": inputs["list"]}


def test_a_step_may_be_async(runner: Runner):
    result, step = run_one(runner, waits)
    assert (result.status, step.outputs) == (RunStatus.SUCCESS, {"waited": True})


def test_rubbish_fails_the_step_with_its_type_and_place(runner: Runner):
    _, step = run_one(runner, gives_a_list)
    assert step.error is not None
    assert step.error.startswith('step type "t.list" returned a list (')
    assert __file__ in step.error


def test_an_exception_fails_the_step_with_the_line_that_raised_it(runner: Runner):
    _, step = run_one(runner, raises)
    line = raises.__code__.co_firstlineno + 2
    assert step.error == f"ValueError: no such luck ({__file__}:{line})"


def test_sys_exit_fails_the_step_and_no_more(runner: Runner):
    result, step = run_one(runner, exits)
    assert result.status is RunStatus.FAILED
    assert step.error is not None
    assert step.error.startswith("SystemExit: 9 (")


def test_a_step_fails_itself_in_its_own_words_and_leaves_outputs(runner: Runner):
    _, step = run_one(runner, fails)
    assert (step.error, step.outputs) == ("not today", {"tried": 1})
    _, step = run_one(runner, says_failed)
    assert step.error == "said so"


def test_a_step_in_process_learns_that_its_time_is_over_and_is_failed_at_its_end(runner: Runner):
    _, step = run_one(runner, slow, "timeout_seconds: 0.05")
    assert step.error == "the step took longer than its timeout of 0.05 s"


def test_a_job_has_a_time_of_its_own(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        jobs: [{id: a, timeout_seconds: 0.05, steps: [{id: s, type: t.slow, retry: {max_attempts: 5}}]}]
        """,
        slow,
    )
    step = result.jobs["a"].steps["s"]
    assert (step.error, step.attempts) == ("the job's time was over before the step ended", 1)


def test_a_failed_attempt_is_repeated_as_the_policy_says_and_state_is_kept(runner: Runner):
    result, step = run_one(runner, counts, "retry: {max_attempts: 3}")
    assert (result.status, step.attempts, step.outputs) == (RunStatus.SUCCESS, 3, {"n": 3})
    retries = [event.payload["error"] for event in runner.events if event.type == "step_retrying"]
    assert retries == ["attempt 1", "attempt 2"]


def test_state_that_is_not_json_fails_the_step(runner: Runner):
    _, step = run_one(runner, bad_state)
    assert step.error == "the step left a value that is not JSON: ctx.state.set is a set"


def test_rendered_inputs_are_held_against_the_schema(runner: Runner):
    _, step = run_one(runner, Greets, 'inputs: {name: "{{env.WHO}}"}', env={"WHO": "you"})
    assert step.outputs == {"greeting": "hello you"}
    _, step = run_one(runner, Greets, 'inputs: {name: "{{env.WHO:5}}"}')
    assert step.error == "the inputs do not fit step type \"t.greets\": name: 5 is not of type 'string'"


def test_scratch_is_removed_at_the_end_and_artifacts_stay(runner: Runner):
    result, step = run_one(runner, files)
    run_dir = runner.root / "work" / "f" / "a" / result.run_id
    assert step.outputs["path"] == str(run_dir / "artifacts" / "sub" / "data.txt")
    assert (run_dir / "artifacts" / "sub" / "data.txt").read_text() == "hello"
    assert not (run_dir / "scratch").exists()


def test_a_step_cannot_change_what_others_were_given(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        jobs:
          - id: a
            steps:
              - {id: one, type: t.changes_inputs, inputs: {list: [1]}}
              - {id: two, type: t.changes_inputs, inputs: {list: "{{steps.one.list}}"}}
              - {id: three, type: t.changes_inputs, inputs: {list: "{{steps.one.list}}"}}
        """,
        changes_inputs,
    )
    assert result.jobs["a"].steps["three"].outputs == {"list": [1, "changed", "changed"]}


def test_a_step_cannot_change_the_parameters_of_the_run(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        params: {list: {type: array, default: [1]}}
        jobs:
          - id: a
            steps:
              - {id: one, type: t.changes_params}
              - {id: two, type: t.changes_params}
        """,
        changes_params,
    )
    assert result.jobs["a"].steps["two"].outputs == {"list": [1, "changed"], "more": True}


def test_a_missing_value_fails_the_step_before_its_code_runs(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        jobs:
          - id: a
            steps:
              - {id: one, type: t.fails_not, inputs: {}}
              - {id: two, type: log, inputs: {message: "{{steps.one.lost}}"}}
        """,
        fails_not,
    )
    step = result.jobs["a"].steps["two"]
    assert step.error == (
        '{{steps.one.lost}}: "steps.one.lost" does not exist: "steps.one" has no "lost"; did you mean "last"?'
        " (in inputs.message)"
    )


@register_step("t.fails_not")
def fails_not(ctx, inputs):
    return {"last": 1}


class Nasty(BaseException):
    def __str__(self):
        raise RuntimeError("no words")


@register_step("t.nasty")
def nasty(ctx, inputs):
    raise Nasty


@register_step("t.remote_schema")
class RemoteSchema(Step):
    """Asks for a schema from elsewhere."""

    input_schema = {"$ref": "http://127.0.0.1:9/schema.json"}

    def run(self, ctx, inputs):
        return {}


def test_whatever_a_step_raises_fails_the_step_and_no_more(runner: Runner):
    result, step = run_one(runner, nasty)
    assert result.status is RunStatus.FAILED
    assert step.error is not None
    assert step.error.startswith("Nasty: its message cannot be read (")


def test_a_schema_from_elsewhere_is_not_fetched(runner: Runner):
    caller = StepCaller(embedded_contributions([RemoteSchema])[0])
    with pytest.raises(Unresolvable):
        caller.accepted({})


def test_a_command_whose_output_cannot_be_written_fails(runner: Runner):
    result = runner.run("""
        version: 1
        flow: {id: f}
        jobs:
          - id: a
            steps:
              - id: s
                type: external.process
                inputs: {command: [echo, x], log: {stdout: file, file_path: /dev/full}}
    """)
    error = result.jobs["a"].steps["s"].error or ""
    assert error.startswith('the command ended, but the output could not be written to "/dev/full": no space left')
