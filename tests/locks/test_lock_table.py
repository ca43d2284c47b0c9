"""Locks as rows: one holder at a time, tokens that only grow, takeovers only from the holder that was meant."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import StateError
from aetherflow.core.state.locks import LockOwner, LockTable
from aetherflow.core.state.store import StateStore


def owner(run_id: str = "r1") -> LockOwner:
    return LockOwner(flow_id="etl", run_id=run_id, job_id="load", step_id="copy", pid=7, host="host-a", token="t")


@pytest.fixture
def table(tmp_path: Path):
    StateStore.open(tmp_path / "state.db").close()
    with LockTable.open(tmp_path / "state.db") as table:
        yield table


def take(table: LockTable, run_id: str, **options):
    return table.take("k", owner(run_id), ttl_seconds=60, now=1000.0, **options)


def test_a_lock_has_one_holder(table: LockTable):
    first = take(table, "r1")
    second = take(table, "r2")
    assert (first.is_taken, second.is_taken) == (True, False)
    assert second.lock == first.lock == table.find("k")
    assert (first.lock.run_id, first.lock.acquired_at, first.lock.expires_at) == ("r1", 1000.0, 1060.0)


def test_the_fencing_token_grows_with_every_holder_and_survives_the_release(table: LockTable):
    tokens = []
    for _ in range(3):
        taken = take(table, "r1").lock
        tokens.append(taken.fencing_token)
        assert table.free("k", taken.fencing_token)
    assert tokens == [1, 2, 3]
    assert table.find("k") is None
    assert table.is_known("k")
    assert not table.is_known("other")


def test_a_lock_is_taken_over_from_the_holder_that_was_meant(table: LockTable):
    dead = take(table, "r1").lock
    taken = take(table, "r2", over=dead)
    assert (taken.is_taken, taken.lock.fencing_token) == (True, 2)


def test_a_lock_is_not_taken_over_from_a_later_holder(table: LockTable):
    dead = take(table, "r1").lock
    live = take(table, "r2", over=dead).lock
    late = take(table, "r3", over=dead)
    assert (late.is_taken, late.lock) == (False, live)


def test_only_the_holder_renews_and_frees(table: LockTable):
    lock = take(table, "r1").lock
    assert table.renew("k", lock.fencing_token, now=1030.0)
    assert table.find("k").expires_at == 1090.0
    assert not table.renew("k", lock.fencing_token + 1, now=1030.0)
    assert not table.free("k", lock.fencing_token + 1)
    assert table.free("k", lock.fencing_token)
    assert not table.renew("k", lock.fencing_token, now=1040.0)
    assert not table.free("k", lock.fencing_token)


def test_all_that_a_run_holds_is_freed_at_once(table: LockTable):
    for key, run_id in (("a", "r1"), ("b", "r1"), ("c", "r2")):
        table.take(key, owner(run_id), ttl_seconds=60, now=1.0)
    assert table.free_all_of("etl", "r1") == 2
    assert [lock.key for lock in table.held()] == ["c"]


def test_locks_of_a_state_that_is_not_there_are_not_made(tmp_path: Path):
    path = tmp_path / "absent.db"
    assert LockTable.open_existing(path) is None
    with pytest.raises(StateError, match="it was removed"):
        LockTable.open(path)
    assert not path.exists()
