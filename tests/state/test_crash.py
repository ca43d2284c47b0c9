"""Real processes are killed: what was said to be recorded is recorded, and nothing is there by half."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aetherflow.core.state.store import StateStore

KILLS = 20
PROJECT = Path(__file__).parents[2]

COMMITTER = """
import sys
from pathlib import Path
from aetherflow.core.state.records import Batch
from aetherflow.core.state.store import StateStore
from tests.state.records import a_run, numbered_batch

store = StateStore.open(Path(sys.argv[1]))
store.commit(Batch(runs=[a_run()]))
number = store.last_seq("etl", "nightly") // 2
while True:
    store.commit(numbered_batch(number))
    print(number, flush=True)
    number += 1
"""

STARTER = """
import sys, time
from pathlib import Path
from aetherflow.core.state.records import Batch
from aetherflow.core.state.store import StateStore
from tests.state.records import a_run, numbered_batch

path, run_id, begin = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
time.sleep(max(0, begin - time.time()))
with StateStore.open(path) as store:
    store.commit(Batch(runs=[a_run(run_id=run_id)]))
    for number in range(25):
        store.commit(numbered_batch(number, run_id=run_id))
"""


def killed_committer(path: Path, chance: random.Random) -> list[int]:
    """Run a committer, kill -9 it at a random moment, give the numbers that it said were recorded."""
    committer = subprocess.Popen(
        [sys.executable, "-c", COMMITTER, str(path)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert committer.stdout is not None
    said = [committer.stdout.readline()]
    time.sleep(chance.uniform(0, 0.05))
    committer.kill()
    said += committer.stdout.readlines()
    committer.stdout.close()
    committer.wait()
    return [int(line) for line in said if line.endswith("\n")]


def test_kill_9_loses_nothing_that_was_recorded_and_leaves_nothing_half(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    chance = random.Random(20)
    said: list[int] = []
    for _ in range(KILLS):
        said += killed_committer(path, chance)
        with StateStore.open(path) as store:
            recorded = {step.position for step in store.steps_of("etl", "nightly")}
            events = [event.seq for event in store.events_of("etl", "nightly", limit=1_000_000)]
            assert set(said) <= recorded
            assert recorded == set(range(len(recorded)))
            assert events == list(range(1, 2 * len(recorded) + 1))
            assert store.variables_of("etl", "nightly") == {"number": len(recorded) - 1}
    assert len(said) >= KILLS


@pytest.mark.parametrize("round_number", range(3))
def test_processes_that_create_one_state_at_once_all_record_their_runs(tmp_path: Path, round_number: int) -> None:
    path = tmp_path / "new" / "state.db"
    begin = str(time.time() + 0.6)
    names = [f"run-{number}" for number in range(6)]
    started = [subprocess.Popen([sys.executable, "-c", STARTER, str(path), name, begin], cwd=PROJECT) for name in names]
    assert [process.wait() for process in started] == [0] * len(names)
    with StateStore.open(path) as store:
        assert {run.run_id for run in store.list_runs("etl")} == set(names)
        assert [store.last_seq("etl", name) for name in names] == [50] * len(names)
        assert store._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
