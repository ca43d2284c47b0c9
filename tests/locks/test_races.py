"""Two processes and one lock: never both inside, whatever the times say; and who dies makes room at once."""

import os
import signal
import time

from tests.locks.flows import Flows, ended, is_alive, until

RACE = """
version: 1
flow: {{id: {flow_id}}}
jobs:
  - id: a
    steps: [{{id: s, type: t.race, inputs: {{times: {times}, ttl_seconds: {ttl_seconds}, seconds: {seconds}}}}}]
"""


def race(flows: Flows, *, times: int, ttl_seconds: float, seconds: float) -> list[list[str]]:
    """Let two processes race; give what they noted, word by word."""
    for flow_id in ("first", "second"):
        text = RACE.format(flow_id=flow_id, times=times, ttl_seconds=ttl_seconds, seconds=seconds)
        flows.write(text, f"{flow_id}.yaml")
    racers = [flows.start("first.yaml"), flows.start("second.yaml")]
    for racer in racers:
        assert ended(racer)[0] == 0
    return [line.split() for line in flows.lines("notes")]


def assert_never_both_inside(notes: list[list[str]], times: int) -> None:
    entries, exits = notes[::2], notes[1::2]
    assert len(entries) == len(exits) == 2 * times
    for entered, left in zip(entries, exits, strict=True):
        assert (entered[0], left[0]) == ("enter", "leave")
        assert entered[1:] == left[1:]  # token and process
    tokens = [int(entered[1]) for entered in entries]
    assert tokens == sorted(set(tokens))
    assert len({entered[2] for entered in entries}) == 2


def test_two_processes_that_race_200_times_never_overlap(flows: Flows):
    notes = race(flows, times=100, ttl_seconds=60, seconds=0.002)
    assert_never_both_inside(notes, 100)


def test_a_time_to_live_shorter_than_the_work_lets_nobody_in(flows: Flows):
    notes = race(flows, times=8, ttl_seconds=0.02, seconds=0.1)
    assert_never_both_inside(notes, 8)


HOLDER = """
version: 1
flow: {id: holder}
jobs:
  - id: load
    steps:
      - id: copy
        type: with_lock
        inputs:
          lock_key: k
          step:
            type: external.process
            inputs: {shell: true, command: "echo $$ > $HERE/child; test -e $HERE/go || exec sleep 60"}
"""
NEXT = """
version: 1
flow: {id: next}
jobs:
  - id: a
    steps: [{id: s, type: with_lock, inputs: {lock_key: k, step: {type: t.critical}}}]
"""


def killed_holder(flows: Flows) -> tuple[int, int]:
    """Start the holder and kill -9 it; give its pid and that of its child, which lives on."""
    flows.write(HOLDER, "holder.yaml")
    flows.write(NEXT, "next.yaml")
    holder = flows.start("holder.yaml", run_id="h1")
    child_file = flows.root / "child"
    until(lambda: child_file.exists() and child_file.read_text().strip())
    child = int(child_file.read_text())
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate(timeout=15)
    assert is_alive(child)
    return holder.pid, child


def test_a_killed_holders_lock_is_taken_over_at_once_and_its_child_ended_first(flows: Flows):
    pid, child = killed_holder(flows)
    assert flows.lock("k").pid == pid
    started = time.monotonic()
    code, _ = flows.run("next.yaml", run_id="n1")
    assert code == 0
    assert time.monotonic() - started < 5
    assert not is_alive(child)
    assert flows.lock("k") is None


def test_a_resumed_run_takes_its_own_lock_again(flows: Flows):
    _, child = killed_holder(flows)
    (flows.root / "go").touch()
    assert flows.run("holder.yaml", run_id="h1", resume=True)[0] == 0
    assert not is_alive(child)


def test_who_may_not_wait_learns_who_has_the_lock(flows: Flows):
    flows.write(HOLDER, "holder.yaml")
    flows.write(NEXT, "next.yaml")
    holder = flows.start("holder.yaml", run_id="h1")
    until((flows.root / "child").exists)
    code, said = flows.run("next.yaml")
    assert code == 1
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(flows.lock("k").acquired_at))
    assert said["reasons"] == [
        f'step "s": lock "k" is held by run "h1" of flow "holder" (load.copy), '
        f"process {holder.pid} on {os.uname().nodename} since {since} UTC"
    ]


def test_an_interrupted_holder_frees_its_lock(flows: Flows):
    flows.write(HOLDER, "holder.yaml")
    holder = flows.start("holder.yaml")
    until((flows.root / "child").exists)
    holder.terminate()
    ended(holder)
    assert flows.lock("k") is None
