"""An exception on the way, above all one raised by a signal's handler, ends the whole group and goes on."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.process import StreamMode
from aetherflow.core.processes.interrupts import InterruptGate
from tests.processes.running import is_alive, run, shell


def interrupt_after(seconds: float, *more: float) -> None:
    def send() -> None:
        for pause in (seconds, *more):
            time.sleep(pause)
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=send, daemon=True).start()


def test_an_interrupt_ends_the_group_and_goes_on(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    interrupt_after(0.3)
    with pytest.raises(Interrupted):
        shell(f"sleep 30 & echo $$ $! > {pids}; wait")
    assert not any(is_alive(int(pid)) for pid in pids.read_text().split())


def test_a_child_that_ignores_sigterm_is_killed_after_the_grace_time() -> None:
    interrupt_after(0.2)
    started = time.monotonic()
    with pytest.raises(Interrupted):
        shell("trap '' TERM; while :; do sleep 0.1; done", kill_grace_seconds=0.5)
    assert 0.7 <= time.monotonic() - started < 1.7


def test_a_second_signal_kills_at_once() -> None:
    interrupt_after(0.2, 0.2)
    started = time.monotonic()
    with pytest.raises(Interrupted):
        shell("trap '' TERM; while :; do sleep 0.1; done", kill_grace_seconds=30)
    assert time.monotonic() - started < 1.5


def test_an_exception_of_the_listener_ends_the_group() -> None:
    def refuse(line: str) -> None:
        raise KeyError(line)

    with pytest.raises(KeyError, match="hello"):
        shell("echo hello; sleep 30", stdout=StreamMode.INHERIT, forward=refuse)


def test_an_interrupt_at_any_instant_of_a_start_leaves_no_child_running() -> None:
    # In a process of its own, because the alarm belongs to pytest's timeout here.
    out = subprocess.run(
        [sys.executable, "-m", "tests.processes.interrupted_starts"], capture_output=True, text=True, check=False
    )
    assert (out.stdout, out.stderr) == ("", "")


def test_a_signal_that_comes_while_it_is_shielded_off_interrupts_after_the_block() -> None:
    done = []
    with pytest.raises(Interrupted), InterruptGate() as gate, gate.window():
        with gate.shielded():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("inside")
        done.append("never")
    assert done == ["inside"]


def test_a_child_does_not_inherit_held_back_signals() -> None:
    assert run("sleep", "30", timeout_seconds=0.1).exit_code == -signal.SIGTERM


def test_a_child_can_be_run_off_the_main_thread() -> None:
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(run("seq", "3").stdout))
    thread.start()
    thread.join()
    assert found == [b"1\n2\n3\n"]
