"""Locks and run keys from the command line."""

import time

import pytest

from tests.locks.flows import until
from tests.support.project import Project, kill_tree

TWO_JOBS = """
version: 1
flow: {id: two}
jobs:
  - {id: a, steps: [{id: s, type: log, inputs: {message: a}}]}
  - {id: b, steps: [{id: s, type: log, inputs: {message: b}}]}
"""
HOLDER = """
version: 1
flow: {id: holder}
jobs:
  - id: load
    for_each: [x]
    steps:
      - id: copy
        type: with_lock
        inputs:
          lock_key: warehouse
          ttl_seconds: 1
          step:
            type: external.process
            inputs: {shell: true, command: "touch $HERE/holds; test -e $HERE/go || exec sleep 1.5"}
"""


@pytest.fixture
def holder(project: Project):
    """Start a run that holds the lock."""
    project.write("holder.yaml", HOLDER)
    running = project.start("run", "holder.yaml", "--run-id", "h1", HERE=str(project.root))
    until((project.root / "holds").exists)
    yield running
    if running.poll() is None:
        kill_tree(running)
    for stream in (running.stdout, running.stderr):
        stream.close()


def test_locks_list_shows_who_holds_what(project: Project, holder):
    (lock,) = project.aetherflow("locks", "list", "--json").json
    acquired_at, renewed_at = lock.pop("acquired_at"), lock.pop("renewed_at")
    assert abs(acquired_at - time.time()) < 30
    assert renewed_at >= acquired_at
    host = lock.pop("host")
    assert lock == {
        "key": "warehouse",
        "fencing_token": 1,
        "is_live": True,
        "flow_id": "holder",
        "run_id": "h1",
        "job_id": "load",
        "item": 0,
        "step_id": "copy",
        "pid": holder.pid,
        "ttl_seconds": 1.0,
    }
    head, line = project.aetherflow("locks", "list").stdout.splitlines()
    assert head.split() == ["KEY", "HOLDER", "RUN", "PROCESS", "SINCE", "(UTC)", "TOKEN"]
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(acquired_at))
    assert line.split() == ["warehouse", "holder.load.copy[0]", "h1", str(holder.pid), "on", host, *since.split(), "1"]


def test_locks_release_refuses_a_live_holder_and_forces_it_on_demand(project: Project, holder):
    refused = project.aetherflow("locks", "release", "warehouse")
    assert refused.exit_code == 4
    assert 'lock "warehouse" is held by run "h1" of flow "holder" (load.copy)' in refused.stderr
    forced = project.aetherflow("locks", "release", "warehouse", "--force")
    assert (forced.exit_code, forced.stdout) == (0, "")
    assert forced.stderr.startswith('released lock "warehouse" of run "h1" of flow "holder" (load.copy), process ')
    _, told = holder.communicate(timeout=15)
    assert holder.returncode == 1
    assert 'lock "warehouse" was taken away while it was held: fencing token 1 is stale' in told


def test_without_locks_there_is_nothing_to_list_or_release(project: Project):
    assert project.aetherflow("locks", "list").stdout == "nobody holds a lock\n"
    assert project.aetherflow("locks", "list", "--json").json == []
    released = project.aetherflow("locks", "release", "warehouse")
    assert released.exit_code == 2
    assert "AF-R402" in released.stderr


def test_another_state_file_is_looked_at_where_it_is_named(project: Project):
    project.write("flow.yaml", HOLDER.replace("{id: holder}", "{id: holder, state: {path: own.db}}"))
    (project.root / "go").touch()
    assert project.aetherflow("run", "flow.yaml", HERE=str(project.root)).exit_code == 0
    assert project.aetherflow("locks", "list", "--state", "own.db", "--json").json == []
    wrong = project.write("text.db", "no database")
    assert project.aetherflow("locks", "list", "--state", wrong).exit_code == 2


def test_a_run_key_gives_the_recorded_result_and_exits_alike(project: Project):
    project.write("holder.yaml", HOLDER)
    (project.root / "go").touch()
    command = ("run", "holder.yaml", "--run-key", "2026-01-31", "--json")
    first, again = (project.aetherflow(*command, HERE=str(project.root)) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert again.json["run_id"] == first.json["run_id"]
    assert again.json["jobs"]["load"]["outputs"] == first.json["jobs"]["load"]["outputs"]
    step = again.json["jobs"]["load"]["items"][0]["steps"]["copy"]
    assert step["outputs"] == first.json["jobs"]["load"]["items"][0]["steps"]["copy"]["outputs"]


def test_a_run_key_whose_run_lives_exits_4(project: Project):
    project.write("holder.yaml", HOLDER)
    running = project.start("run", "holder.yaml", "--run-key", "k", HERE=str(project.root))
    until((project.root / "holds").exists)
    second = project.aetherflow("run", "holder.yaml", "--run-key", "k", HERE=str(project.root))
    assert second.exit_code == 4
    assert 'run key "k" has a run already: run "' in second.stderr
    assert f"is held by process {running.pid} on " in second.stderr
    running.communicate(timeout=15)
    assert running.returncode == 0


@pytest.mark.parametrize("other", [("--resume",), ("--run-id", "r1"), ("--dry-run",)])
def test_a_run_key_stands_alone(project: Project, other):
    project.write("holder.yaml", HOLDER)
    refused = project.aetherflow("run", "holder.yaml", "--run-key", "k", *other)
    assert refused.exit_code == 2
    assert f"--run-key and {other[0]} exclude each other" in refused.stderr


def test_other_jobs_under_a_run_key_are_refused(project: Project):
    flow = project.write("two.yaml", TWO_JOBS)
    assert project.aetherflow("run", flow, "--run-key", "k", "--job", "a").exit_code == 0
    refused = project.aetherflow("run", flow, "--run-key", "k")
    assert refused.exit_code == 2
    assert refused.stderr.startswith('error[AF-R415]: run key "k" of flow "two" belongs to run "')
    assert "which was started for other jobs\n" in refused.stderr
