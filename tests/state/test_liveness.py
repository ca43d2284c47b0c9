"""A run is held by one live process, and by nothing that outlives it."""

import contextlib
import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import HeldElsewhere, StateError
from aetherflow.core.state import liveness
from aetherflow.core.state.liveness import RunHold, is_held

HOLDER = """
import subprocess, sys, time
from pathlib import Path
from aetherflow.core.state.liveness import RunHold

hold = RunHold.acquire(Path(sys.argv[1]), "etl", "nightly", pid=1234, host="host-a", started_at=1.0)
# As careless as can be: every inheritable descriptor is passed on, and the child leaves the group.
child = subprocess.Popen(["sleep", "60"], close_fds=False, start_new_session=True, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""


def hold_of(path: Path, flow_id: str = "etl", run_id: str = "nightly", pid: int = 1) -> RunHold:
    return RunHold.acquire(path, flow_id, run_id, pid=pid, host="host-b", started_at=2.0)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def test_a_run_is_held_until_it_is_released(state: Path) -> None:
    assert not is_held(state, "etl", "nightly")
    with hold_of(state) as hold:
        assert is_held(state, "etl", "nightly")
    assert not is_held(state, "etl", "nightly")
    hold.release()


def test_the_second_to_come_learns_who_holds_the_run(state: Path) -> None:
    with (
        RunHold.acquire(state, "etl", "nightly", pid=1234, host="host-a", started_at=1.0),
        pytest.raises(HeldElsewhere) as caught,
    ):
        hold_of(state)
    assert caught.value.message == 'run "nightly" of flow "etl" is held by process 1234 on host-a'
    assert caught.value.hint == "wait until it ends, stop it, or start a run of its own with another --run-id"
    assert caught.value.exit_code == 4
    assert caught.value.diagnostics[0].code == "AF-R111"


def test_other_runs_and_other_flows_are_not_held(state: Path) -> None:
    with hold_of(state, "ab", "c"), hold_of(state, "a", "bc"), hold_of(state, "ab", "cd"):
        assert not is_held(state, "a", "b")


@pytest.mark.parametrize("text", ["..", "../../x", "a/b", "", "a\0b", "\udce9", "x" * 5000, "."])
def test_an_id_of_any_text_stays_inside_the_folder(state: Path, text: str) -> None:
    with hold_of(state, text, text):
        assert is_held(state, text, text)
        assert [path.name for path in state.parent.iterdir()] == ["state.db.locks"]
        assert len(list((state.parent / "state.db.locks").iterdir())) == 1


def test_lock_files_and_their_folder_are_private(state: Path) -> None:
    before = os.umask(0)
    try:
        with hold_of(state):
            folder = state.parent / "state.db.locks"
            assert folder.stat().st_mode & 0o777 == 0o700
            assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]
    finally:
        os.umask(before)


def test_asking_creates_nothing(state: Path) -> None:
    assert not is_held(state, "etl", "nightly")
    assert list(state.parent.iterdir()) == []


def test_a_link_to_the_state_shares_its_holds(state: Path) -> None:
    link = state.parent / "link.db"
    link.symlink_to(state)
    with hold_of(state):
        assert is_held(link, "etl", "nightly")


def test_a_link_in_place_of_the_lock_file_is_refused(state: Path, tmp_path: Path) -> None:
    hold_of(state).release()
    (lock_file,) = (tmp_path / "state.db.locks").iterdir()
    lock_file.unlink()
    lock_file.symlink_to(tmp_path / "target")
    with pytest.raises(StateError):
        hold_of(state)
    assert not (tmp_path / "target").exists()


def test_a_killed_runner_holds_nothing_even_where_its_child_lives_on(state: Path) -> None:
    runner = subprocess.Popen([sys.executable, "-c", HOLDER, str(state)], stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    child = int(runner.stdout.readline())
    try:
        assert is_held(state, "etl", "nightly")
        with pytest.raises(HeldElsewhere, match="process 1234 on host-a"):
            hold_of(state)
        runner.kill()
        runner.wait()
        os.kill(child, 0)  # it lives
        assert not is_held(state, "etl", "nightly")
        with hold_of(state, pid=77), pytest.raises(HeldElsewhere, match="process 77 on host-b"):
            hold_of(state)
    finally:
        runner.stdout.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def test_those_who_ask_never_stop_one_who_starts(state: Path) -> None:
    hold_of(state).release()
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            is_held(state, "etl", "nightly")

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for _ in range(200):
            hold_of(state).release()
    finally:
        is_over.set()
        for asker in askers:
            asker.join()


def test_of_many_who_start_at_once_exactly_one_holds(state: Path) -> None:
    begin, results = threading.Barrier(8), []

    def start() -> None:
        begin.wait()
        try:
            results.append(hold_of(state))
        except HeldElsewhere:
            results.append(None)

    for _ in range(20):
        results.clear()
        starters = [threading.Thread(target=start) for _ in range(8)]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join()
        (hold,) = [result for result in results if result]
        hold.release()
        begin.reset()


def test_a_held_run_is_refused_at_once(state: Path) -> None:
    with hold_of(state):
        began = time.monotonic()
        with pytest.raises(HeldElsewhere):
            hold_of(state)
        assert time.monotonic() - began < 1


def test_a_retired_hold_leaves_no_lock_file(state: Path) -> None:
    hold = hold_of(state)
    hold.retire()
    hold.retire()
    assert list((state.parent / "state.db.locks").iterdir()) == []
    assert not is_held(state, "etl", "nightly")
    hold_of(state).release()


def test_who_waited_on_a_lock_file_that_was_retired_holds_the_new_one(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retiring = hold_of(state)
    opened = liveness._open

    def open_and_be_late(file: Path) -> int:
        descriptor = opened(file)
        monkeypatch.setattr(liveness, "_open", opened)
        retiring.retire()
        return descriptor

    monkeypatch.setattr(liveness, "_open", open_and_be_late)
    with hold_of(state), pytest.raises(HeldElsewhere):
        hold_of(state)


def test_a_file_system_without_locks_is_a_finding(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(StateError) as refused:
        hold_of(state)
    (finding,) = refused.value.diagnostics
    assert (finding.code, finding.message) == (
        "AF-R110",
        f'the file system of "{state}.locks" gives no locks: No locks available',
    )
