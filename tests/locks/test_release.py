"""Locks that are looked at and taken away from outside."""

import os
import time
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from aetherflow.core.api import register_step
from aetherflow.core.contracts.errors import HeldElsewhere, InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations import locks
from aetherflow.core.operations.locks import list_locks, release_lock
from aetherflow.core.runner.lock_holder import is_live
from aetherflow.core.state.locks import LockOwner, LockTable
from aetherflow.core.state.store import StateStore
from tests.locks.flows import Flows, ended, until
from tests.runner.conftest import Runner

HOLD = """
version: 1
flow: {id: f}
jobs:
  - {id: a, steps: [{id: s, type: t.hold, inputs: {ttl_seconds: 0.6}}]}
"""


def holding(flows: Flows):
    flows.write(HOLD)
    holder = flows.start(run_id="r1")
    until(lambda: flows.lines("notes"))
    return holder


def test_a_live_holders_lock_is_not_released_without_force(flows: Flows):
    holder = holding(flows)
    with pytest.raises(HeldElsewhere) as refused:
        release_lock("k", flows.env)
    assert (refused.value.exit_code, refused.value.diagnostics[0].code) == (4, "AF-R404")
    assert f'held by run "r1" of flow "f" (a.s), process {holder.pid} on ' in refused.value.message
    assert [(lock.key, lock.is_live, lock.pid) for lock in list_locks(flows.env)] == [("k", True, holder.pid)]


def test_a_forced_release_is_seen_by_the_holder_whose_step_fails(flows: Flows):
    holder = holding(flows)
    released = release_lock("k", flows.env, force=True)
    assert (released.lock.key, released.lock.is_live) == ("k", True)
    code, said = ended(holder)
    assert code == 1
    assert [line.split()[0] for line in flows.lines("notes")] == ["holding", "cancelled"]
    assert said["reasons"] == ['step "s": lock "k" was taken away while it was held: fencing token 1 is stale']


def test_the_holder_renews_its_lock_while_it_lives(flows: Flows):
    holder = holding(flows)
    acquired_at = flows.lock("k").acquired_at
    until(lambda: flows.lock("k").renewed_at > acquired_at + 0.5)
    assert flows.lock("k").acquired_at == acquired_at
    (flows.root / "go").touch()
    assert ended(holder)[0] == 0


def test_a_dead_holders_lock_is_released_without_force(flows: Flows):
    holder = holding(flows)
    holder.kill()
    holder.communicate(timeout=15)
    assert [lock.is_live for lock in list_locks(flows.env)] == [False]
    assert release_lock("k", flows.env).holder.startswith('run "r1" of flow "f" (a.s), process ')
    assert list_locks(flows.env) == []


def test_a_lock_that_nobody_holds_cannot_be_released(runner: Runner):
    assert list_locks(runner.env) == []
    with pytest.raises(InputError) as refused:
        release_lock("k", runner.env)
    assert (refused.value.exit_code, refused.value.diagnostics[0].code) == (2, "AF-R402")
    assert not (runner.root / "state").exists()


def test_a_lock_that_changes_hands_this_very_moment_is_left_to_its_new_holder(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
):
    table_with(runner, host="elsewhere", run_id="old").close()
    succeeding = locks.succeeding

    @contextmanager
    def succeeding_too_late(path, lock, **options):
        with LockTable.open(path) as others:
            others.free(lock.key, lock.fencing_token)
            others.take(
                lock.key,
                LockOwner(flow_id="g", run_id="new", pid=2, host="here", token=""),
                ttl_seconds=60,
                now=time.time(),
            )
        with succeeding(path, lock, **options) as is_dead:
            yield is_dead

    monkeypatch.setattr(locks, "succeeding", succeeding_too_late)
    with pytest.raises(InputError) as refused:
        release_lock("warehouse", runner.env, force=True)
    (finding,) = refused.value.diagnostics
    assert (finding.code, finding.message) == (
        "AF-R403",
        'lock "warehouse" was let go of, or taken by somebody else, this very moment',
    )
    assert [lock.run_id for lock in list_locks(runner.env)] == ["new"]


def test_the_nearest_key_is_offered(runner: Runner):
    table_with(runner, host="elsewhere").close()
    with pytest.raises(InputError) as refused:
        release_lock("warehose", runner.env)
    assert refused.value.hint == 'did you mean "warehouse"?'


def table_with(runner: Runner, **changes) -> LockTable:
    """Give a table with a lock of a run that no process here holds."""
    path = runner.root / "state/state.db"
    StateStore.open(path).close()
    owner = LockOwner(flow_id="g", run_id="r", pid=1, host=os.uname().nodename, token="")
    table = LockTable.open(path)
    table.take("warehouse", replace(owner, **changes), ttl_seconds=60, now=time.time())
    return table


def test_of_another_host_the_time_to_live_decides(runner: Runner):
    with table_with(runner, host="elsewhere") as table:
        lock = table.find("warehouse")
    arguments = {"state_path": runner.root / "state/state.db", "lock": lock, "host": "here"}
    assert is_live(**arguments, now=lock.renewed_at + 59)
    assert not is_live(**arguments, now=lock.renewed_at + 61)
    assert not is_live(**{**arguments, "host": "elsewhere"}, now=lock.renewed_at)


TAKE = """
version: 1
flow: {id: f}
jobs:
  - id: a
    steps: [{id: s, type: with_lock, inputs: {lock_key: warehouse, step: {type: log, inputs: {message: x}}}}]
"""


def test_a_lock_of_a_live_run_of_another_host_is_not_taken(runner: Runner):
    table_with(runner, host="elsewhere").close()
    assert runner.run(TAKE).status is RunStatus.FAILED
    assert list_locks(runner.env)[0].host == "elsewhere"


def test_a_lock_that_was_not_renewed_in_time_on_another_host_is_taken_over(runner: Runner):
    with table_with(runner, host="elsewhere") as table:
        lock = table.find("warehouse")
        table.renew("warehouse", lock.fencing_token, now=time.time() - 61)
    assert runner.run(TAKE).status is RunStatus.SUCCESS
    (acquired,) = (event.payload for event in runner.events if event.type == "lock_acquired")
    assert acquired["fencing_token"] == 2
    assert acquired["taken_over_from"] == {
        "flow_id": "g",
        "run_id": "r",
        "job_id": None,
        "step_id": None,
        "pid": 1,
        "host": "elsewhere",
        "fencing_token": 1,
    }


def test_under_a_lost_lock_of_the_run_nothing_more_runs_but_handlers(runner: Runner):
    ran: list[str] = []

    @register_step("t.lose")
    def lose(ctx, inputs):
        release_lock("flow:f", runner.env, force=True)
        until(lambda: ctx.is_cancelled)

    @register_step("t.note")
    def note(ctx, inputs):
        ran.append(ctx.step_id)

    result = runner.run(
        """
        version: 1
        flow: {id: f, locks: {scope: flow, ttl_seconds: 0.3}}
        jobs:
          - {id: a, steps: [{id: lose, type: t.lose}, {id: after, type: t.note}]}
          - {id: b, steps: [{id: other, type: t.note}]}
        handlers:
          on_failure: [{id: bye, type: t.note}]
        """,
        lose,
        note,
    )
    words = 'lock "flow:f" was taken away while it was held: fencing token 1 is stale'
    assert [result.jobs[name].reason for name in "ab"] == [f'step "lose": {words}', f'step "other": {words}']
    assert ran == ["bye"]
