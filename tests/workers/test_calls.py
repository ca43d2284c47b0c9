"""Calls in worker processes: results, exceptions, what cannot be sent, and what workers print."""

import re
import subprocess
import sys

import pytest

from tests.support.project import Project
from tests.workers.conftest import Workers


def test_results_come_back_as_values_of_the_plugins_own_classes(workers: Workers) -> None:
    first, second = workers.outputs("type: squares, inputs: {count: 40}", "type: squares, inputs: {count: 3}")
    assert first == {"squares": [number * number for number in range(40)]}
    assert second == {"squares": [0, 1, 4]}


def test_threads_of_a_step_share_its_workers(workers: Workers) -> None:
    assert workers.outputs("type: from_threads") == [{"squares": [0, 1, 4, 9, 16, 25, 36, 49]}]


def test_nothing_that_workers_print_is_in_the_result(workers: Workers) -> None:
    outcome = workers.run("type: call, inputs: {name: speak}")
    assert outcome.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"result": "said"}
    assert outcome.stdout.startswith("{")
    for noise in ("noise of an import", "noise of a worker", "noise of its descriptor"):
        assert f"{noise}\n" in outcome.stderr
    assert "leaked" not in outcome.stderr


def test_a_worker_has_the_token_a_group_and_no_open_state(workers: Workers) -> None:
    (about,) = workers.outputs("type: call, inputs: {name: about}")
    assert (about["result"]["token"], about["result"]["leads"]) == (True, True)
    assert [file for file in about["result"]["files"] if ".db" in file or str(workers.project.root) in file] == []


def test_an_exception_of_a_worker_fails_the_step_and_shows_where_it_was_raised(workers: Workers) -> None:
    (error,) = workers.errors("type: call, inputs: {name: fail, args: [gone wrong]}")
    first, *traceback = error.splitlines()
    assert re.fullmatch(r"ValueError: gone wrong \(.*/plug/steps\.py:\d+\)", first)
    assert traceback[0] == "Traceback (most recent call last):"
    assert re.fullmatch(r'  File ".*/plug/work\.py", line \d+, in fail', traceback[1])
    assert traceback[-1] == "ValueError: gone wrong"
    assert "aetherflow/core" not in error


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            "type: call, inputs: {name: fail_fussily}",
            r"a worker raised (\S+\.)?Fussy: fussy\nTraceback \(most recent call last\):\n(.|\n)*",
        ),
        ("type: call, inputs: {name: leave_by, args: [4]}", r"SystemExit: 4 \(.*steps\.py:\d+\)\nTraceback(.|\n)*"),
        ("type: call, inputs: {name: die}", "a worker process is gone: it was killed by SIGKILL"),
        ("type: call, inputs: {name: exit_hard}", "a worker process is gone: it left with exit code 3"),
        (
            "type: call, inputs: {name: handle}",
            r"what the worker's function returned cannot be sent back: TextIOWrapper: cannot pickle .*",
        ),
        (
            "type: call, inputs: {name: leave_there}",
            "what the worker's function returned cannot be read here: that was it",
        ),
        ("type: send, inputs: {what: ctx}", r'the call of "square" cannot be sent to a worker process: .*'),
        ("type: send, inputs: {what: lambda}", r'the call of "send\..*<lambda>" cannot be sent to a worker .*'),
    ],
)
def test_what_goes_wrong_is_said(workers: Workers, step: str, message: str) -> None:
    (error,) = workers.errors(step)
    assert re.fullmatch(message, error)


@pytest.mark.parametrize("name", ["die", "exit_hard", "handle", "leave_there", "fail_fussily"])
def test_after_a_call_that_failed_badly_the_next_one_works(workers: Workers, name: str) -> None:
    (outputs,) = workers.outputs(f"type: outlive, inputs: {{name: {name}}}")
    assert outputs["said"].startswith("StepFailed: ")
    assert outputs["after"] == 9


def test_what_a_worker_raises_is_masked(workers: Workers) -> None:
    outcome = workers.run("type: call, inputs: {name: fail, args: [hunter2-hunter2]}", API_TOKEN="hunter2-hunter2")
    assert "ValueError: ***" in outcome.stdout
    assert "hunter2" not in outcome.stdout + outcome.stderr


PROGRAM = """
    from aetherflow.core.api import register_step, run_flow

    def double(number):
        return 2 * number

    @register_step("doubled")
    def doubled(ctx, inputs):
        return {"doubled": ctx.spawn_worker(double, 21).result()}

    if __name__ == "__main__":
        result = run_flow("flow.yaml", plugins=[doubled])
        print(result.jobs["main"].steps["s0"].outputs, result.jobs["main"].steps["s0"].error)
"""


def test_functions_of_an_embedding_program_work(project: Project) -> None:
    project.write("program.py", PROGRAM)
    Workers(project).flow("type: doubled")
    completed = subprocess.run(
        [sys.executable, "program.py"],
        cwd=project.root,
        env=project.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (completed.stdout, completed.stderr) == ("{'doubled': 42} None\n", "")


def test_of_a_traceback_that_is_too_long_no_half_of_a_secret_is_left(workers: Workers) -> None:
    secret = "correct-horse-staple"
    step = 'type: call, inputs: {name: fail, args: ["{{env.DB_PASSWORD}}%s"]}'
    told = workers.run(*(step % ("u" * size) for size in (19_988, 19_991)), DB_PASSWORD=secret)
    assert "uuuuu" in told.stdout
    assert not [end for end in range(1, len(secret)) if f"{secret[end:]}uuu" in told.stdout]
