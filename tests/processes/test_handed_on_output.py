"""What a child writes is handed on as it comes, and who takes or watches it may put an end to it."""

import time

import pytest

from tests.processes.running import is_alive, run, shell


class TooMuch(Exception):
    """What the tests end a child by."""


def test_output_is_handed_on_whole_and_not_kept() -> None:
    pieces: list[bytes] = []
    result = run("seq", "100000", take=pieces.append)
    assert (len(pieces) > 1, len(b"".join(pieces)), result.stdout) == (True, 588895, b"")


def test_what_takes_the_output_ends_the_whole_group_by_raising() -> None:
    pids: list[int] = []

    def take(data: bytes) -> None:
        pids.extend(map(int, data.split()[:2]))
        raise TooMuch

    with pytest.raises(TooMuch):
        shell("sleep 60 & echo $$ $!; while true; do echo more; done", take=take)
    assert [is_alive(pid) for pid in pids] == [False, False]


def test_what_watches_is_called_while_the_child_is_silent_and_may_end_it() -> None:
    started = time.monotonic()
    calls: list[float] = []

    def watch() -> None:
        calls.append(time.monotonic())
        if len(calls) == 3:
            raise TooMuch

    with pytest.raises(TooMuch):
        run("sleep", "60", watch=watch)
    assert time.monotonic() - started < 10
