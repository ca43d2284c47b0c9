"""What carries a dead run's token is ended with its group; nothing else is touched."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from aetherflow.core.processes.leftovers import TOKEN_VARIABLE, end_leftovers
from tests.processes.running import is_alive


@pytest.fixture
def token() -> str:
    return uuid4().hex


@contextmanager
def left_behind(script: str, token: str | None, **options: object) -> Iterator[list[int]]:
    """Start a shell script that prints a line once it is ready, and give the process ids that it prints."""
    env = {"PATH": os.environ["PATH"], **({TOKEN_VARIABLE: token} if token else {})}
    shell = subprocess.Popen(["/bin/sh", "-c", script], env=env, stdout=subprocess.PIPE, text=True, **options)
    assert shell.stdout is not None
    pids = [int(word) for word in shell.stdout.readline().split()]
    try:
        yield pids
    finally:
        for pid in pids:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        shell.stdout.close()
        shell.wait()


def test_a_process_with_the_token_is_ended_with_its_group(token: str) -> None:
    with left_behind("env -i sleep 30 & echo $$ $!; wait", token, process_group=0) as pids:
        assert end_leftovers([token], grace_seconds=2) == sorted(pids)
        assert not any(map(is_alive, pids))


def test_a_process_that_left_the_group_is_found_by_the_token(token: str) -> None:
    with left_behind("setsid sleep 30 >/dev/null & echo $$ $!; exec sleep 30", token, process_group=0) as pids:
        assert end_leftovers([token], grace_seconds=2) == sorted(pids)


def test_a_process_that_ignores_sigterm_is_killed_after_the_grace_time(token: str) -> None:
    script = "trap '' TERM; echo $$; while :; do sleep 0.1; done"
    with left_behind(script, token, process_group=0) as [pid]:
        started = time.monotonic()
        assert pid in end_leftovers([token], grace_seconds=0.3)
        assert 0.3 <= time.monotonic() - started < 1.3


def test_other_runs_are_left_alone(token: str) -> None:
    with left_behind("echo $$; exec sleep 30", token + "-other", process_group=0) as [pid]:
        assert end_leftovers([token], grace_seconds=1) == []
        assert is_alive(pid)


def test_the_group_of_somebody_else_is_left_alone(token: str) -> None:
    script = f"env {TOKEN_VARIABLE}={token} sleep 30 & echo $$ $!; wait; exec sleep 30"
    with left_behind(script, None, process_group=0) as [stranger, marked]:
        time.sleep(0.1)  # env becomes sleep
        assert end_leftovers([token], grace_seconds=1) == [marked]
        assert is_alive(stranger)


def test_we_and_our_ancestors_are_spared_even_with_the_token(token: str) -> None:
    code = (
        "import os; from aetherflow.core.processes.leftovers import end_leftovers;"
        f"print(end_leftovers(['{token}'], grace_seconds=1), os.getpid())"
    )
    command = ["/bin/sh", "-c", '"$0" -c "$1"; echo still here', sys.executable, code]
    env = {**os.environ, TOKEN_VARIABLE: token}
    out = subprocess.run(command, env=env, capture_output=True, text=True, check=True, process_group=0).stdout
    assert out.startswith("[] ")
    assert out.endswith("still here\n")


@pytest.mark.parametrize("tokens", [[], [""]])
def test_without_a_token_nothing_is_looked_for(tokens: list[str]) -> None:
    assert end_leftovers(tokens, grace_seconds=5) == []
