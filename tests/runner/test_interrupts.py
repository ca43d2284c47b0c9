"""Signals, killed runners and second starts, with real processes."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.support.project import Project

WAITING = """
version: 1
flow: {id: waiting}
jobs:
  - id: a
    steps:
      - {id: one, type: external.process, inputs: {command: "echo one >> $HERE/ran", shell: true}}
      - id: two
        type: external.process
        inputs:
          command: "echo two >> $HERE/ran; echo $$ > $HERE/pid; test -e $HERE/go || exec sleep 60"
          shell: true
          kill_grace_seconds: 5
  - {id: b, depends_on: [a], steps: [{id: s, type: log, inputs: {message: b}}]}
handlers:
  on_exit: [{id: bye, type: external.process, inputs: {command: "echo bye >> $HERE/ran", shell: true}}]
"""


def until(condition, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def started(project: Project):
    """Start the waiting flow; gives its process and the pid of the step's child, once that runs."""
    project.write("flow.yaml", WAITING)
    running = project.start("run", "flow.yaml", "--run-id", "r1", "--json", HERE=str(project.root))
    pid_file = project.root / "pid"
    until(lambda: pid_file.exists() and pid_file.read_text().strip())
    return running, int(pid_file.read_text())


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_child_records_the_state_runs_exit_handlers_and_can_be_resumed(project, number, exit_code):
    running, child = started(project)
    running.send_signal(number)
    out, _ = running.communicate(timeout=15)
    assert running.returncode == exit_code
    assert not is_alive(child)
    assert '"status":"INTERRUPTED"' in out.replace(" ", "")
    assert project.read("ran").split() == ["one", "two", "bye"]
    (project.root / "go").touch()
    again = project.aetherflow("run", "flow.yaml", "--resume", "--json", HERE=str(project.root))
    assert again.exit_code == 0
    assert {job_id: job["status"] for job_id, job in again.json["jobs"].items()} == {"a": "SUCCESS", "b": "SUCCESS"}
    assert project.read("ran").split() == ["one", "two", "bye", "two", "bye"]


def test_a_second_signal_does_not_wait_for_the_grace_time(project):
    flow = WAITING.replace("exec sleep 60", "(trap '' TERM; while :; do sleep 1; done)").replace(
        "kill_grace_seconds: 5", "kill_grace_seconds: 60"
    )
    project.write("flow.yaml", flow.replace("echo $$ >", "trap '' TERM; echo $$ >"))
    running = project.start("run", "flow.yaml", HERE=str(project.root))
    until((project.root / "pid").exists)
    running.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert running.poll() is None
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=15)
    assert running.returncode == 143


def test_a_second_start_of_a_live_run_says_who_has_it(project):
    running, _ = started(project)
    try:
        second = project.aetherflow("run", "flow.yaml", "--resume", "r1", HERE=str(project.root))
        assert second.exit_code == 4
        assert f'run "r1" of flow "waiting" is held by process {running.pid} on {os.uname().nodename}' in second.stderr
        newest = project.aetherflow("run", "flow.yaml", "--resume", HERE=str(project.root))
        assert newest.exit_code == 2
        assert 'flow "waiting" has no run that could be resumed' in newest.stderr
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=15)


def test_what_a_killed_runner_left_is_ended_before_its_step_runs_again(project):
    running, child = started(project)
    running.kill()
    running.communicate(timeout=15)
    assert is_alive(child)
    (project.root / "go").touch()
    again = project.aetherflow("run", "flow.yaml", "--resume", "--json", HERE=str(project.root))
    assert again.exit_code == 0
    assert not is_alive(child)
    assert project.read("ran").split() == ["one", "two", "two", "bye"]


ONCE = WAITING.replace(
    "type: external.process\n        inputs", "type: external.process\n        effects: once\n        inputs"
)


def test_a_step_that_may_happen_only_once_is_asked_for_after_a_crash(project):
    project.write("flow.yaml", ONCE)
    running = project.start("run", "flow.yaml", "--run-id", "r1", HERE=str(project.root))
    until((project.root / "pid").exists)
    running.kill()
    running.communicate(timeout=15)
    (project.root / "go").touch()
    stopped = project.aetherflow("run", "flow.yaml", "--resume", HERE=str(project.root))
    assert stopped.exit_code == 1
    assert 'step "a.two" was in flight when run "r1" ended, and may only ever happen once' in stopped.stderr
    assert "--assume-done a.two" in stopped.stderr
    assert project.read("ran").split() == ["one", "two"]
    assumed = project.aetherflow("run", "flow.yaml", "--resume", "--assume-done", "a.two", HERE=str(project.root))
    assert assumed.exit_code == 0
    assert project.read("ran").split() == ["one", "two", "bye"]


LOOP_OF_PAYMENTS = """
version: 1
flow: {id: pay}
jobs:
  - id: pay
    for_each: [alice, bob, carol]
    steps:
      - id: transfer
        type: external.process
        effects: once
        inputs:
          command: "echo {{item}} >> $HERE/bank; test {{item}} != bob || test -e $HERE/go || exec sleep 60"
          shell: true
"""


def test_redoing_a_step_of_a_loop_means_the_item_in_flight_and_never_one_that_is_done(project):
    project.write("flow.yaml", LOOP_OF_PAYMENTS)
    running = project.start("run", "flow.yaml", HERE=str(project.root))
    until(lambda: (project.root / "bank").exists() and "bob" in project.read("bank"))
    running.kill()
    running.communicate(timeout=15)
    (project.root / "go").touch()
    stopped = project.aetherflow("run", "flow.yaml", "--resume", HERE=str(project.root))
    assert (stopped.exit_code, '"pay.1.transfer" was in flight' in stopped.stderr) == (1, True)
    done = project.aetherflow("run", "flow.yaml", "--resume", "--redo", "pay.transfer", HERE=str(project.root))
    assert done.exit_code == 0
    assert project.read("bank").split() == ["alice", "bob", "bob", "carol"]
    again = project.aetherflow("run", "flow.yaml", "--resume", "--redo", "pay.0.transfer", HERE=str(project.root))
    assert again.exit_code == 2  # the run has ended SUCCESS: there is nothing to resume without its id
