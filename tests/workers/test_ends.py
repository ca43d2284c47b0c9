"""Workers end with their step, its time, the run, and the runner, with all that they have started."""

import os
import signal
import subprocess
import sys

import pytest

from tests.support.project import Project
from tests.workers.conftest import Workers, is_alive, state_of, wait_until


def test_what_a_step_leaves_running_ends_with_it(workers: Workers) -> None:
    outputs = workers.outputs("type: leave", "type: call, inputs: {name: about}")
    assert not any(map(is_alive, workers.processes("left")))
    assert outputs[1]["result"]["leads"]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            "type: call, timeout_seconds: 1, inputs: {name: hang, args: [late]}",
            "the time was over before the worker had ended",
        ),
        ("type: outer, inputs: {name: hang, args: [late]}", "the inner step took longer than its timeout of 1 s"),
    ],
)
def test_a_call_ends_with_its_steps_time(workers: Workers, step: str, message: str) -> None:
    (error,) = workers.errors(step)
    assert error in (message, "the time was over before the worker had ended")
    assert not any(map(is_alive, workers.processes("late")))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_workers_and_the_run_can_be_resumed(workers: Workers, number: signal.Signals) -> None:
    process = hanging(workers)
    os.killpg(process.pid, number)  # as a terminal does: to the whole group
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert not any(map(is_alive, workers.processes("hung")))
    assert "Traceback" not in err
    assert resumed(workers) == 0


def test_workers_of_a_killed_runner_end_by_themselves(workers: Workers) -> None:
    process = hanging(workers)
    process.kill()
    process.communicate(timeout=30)
    wait_until(lambda: not any(map(is_alive, workers.processes("hung"))))


def test_a_resume_ends_what_a_killed_runner_left(workers: Workers) -> None:
    process = hanging(workers)
    left = workers.processes("hung")
    for pid in left:
        os.kill(pid, signal.SIGSTOP)  # nothing in them can notice that the runner is gone
    wait_until(lambda: all(state_of(pid) == "T" for pid in left))
    process.kill()
    process.wait(timeout=30)
    assert all(map(is_alive, left))
    assert resumed(workers) == 0
    assert not any(map(is_alive, left))
    process.communicate(timeout=30)  # nobody holds its streams any more


def test_a_worker_that_does_not_leave_cannot_hold_up_the_run(workers: Workers) -> None:
    workers.project.write(
        "plug/stuck.py",
        """
        import threading, time
        from aetherflow.core.api import register_step

        def begin():
            threading.Thread(target=time.sleep, args=[600]).start()

        @register_step("stuck")
        def stuck(ctx, inputs):
            return {"begun": ctx.spawn_worker(begin).result()}
        """,
    )
    assert workers.outputs("type: stuck") == [{"begun": None}]


def test_a_run_without_workers_imports_nothing_for_them(project: Project) -> None:
    project.write(
        "flow.yaml",
        """
        version: 1
        flow: {id: plain}
        jobs:
          - id: main
            steps: [{id: say, type: log, inputs: {message: hello}}]
        """,
    )
    script = (
        "import sys; from aetherflow.core.api import run_flow; run_flow('flow.yaml');"
        "print('multiprocessing' in sys.modules, 'concurrent.futures.process' in sys.modules)"
    )
    completed = subprocess.run(
        [sys.executable, "-c", script], cwd=project.root, env=project.env, capture_output=True, text=True, check=True
    )
    assert completed.stdout == "False False\n"


def hanging(workers: Workers) -> "subprocess.Popen[str]":
    workers.flow("type: call, inputs: {name: hang, args: [hung]}")
    process = workers.project.start("run", "flow.yaml", "--plugin-path", "plug", "--run-id", "r1")
    wait_until(lambda: workers.has_begun("hung"))
    return process


def resumed(workers: Workers) -> int:
    """Resume the run with a function that ends."""
    work = workers.project.root / "plug/work.py"
    work.write_text(work.read_text().replace("    time.sleep(600)\n", ""))
    outcome = workers.project.aetherflow(
        "run", "flow.yaml", "--plugin-path", "plug", "--resume", "r1", "--accept-changes"
    )
    return outcome.exit_code


AGAIN = """
    import time
    from aetherflow.core.api import register_step, run_flow

    @register_step("doubled")
    def doubled(ctx, inputs):
        return {"doubled": ctx.spawn_worker(abs, -21).result() if ctx.attempt else 0, "never": 1 / 0}

    if __name__ == "__main__":
        run_flow("flow.yaml", plugins=[doubled], run_id="r1")
        started = time.monotonic()
        run_flow("flow.yaml", plugins=[doubled], run_id="r1", resume=True)
        print(time.monotonic() - started < 3)
"""


def test_a_resume_in_the_same_process_finds_nothing_to_end(project: Project) -> None:
    project.write("program.py", AGAIN)
    Workers(project).flow("type: doubled")
    completed = subprocess.run(
        [sys.executable, "program.py"], cwd=project.root, env=project.env, capture_output=True, text=True, check=False
    )
    assert (completed.stdout, completed.stderr) == ("True\n", "")
