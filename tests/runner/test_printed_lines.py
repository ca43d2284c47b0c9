"""What is printed while it is taken: bounded before a run begins, and never shown without end."""

import pytest

from aetherflow.core.runner.printed_lines import MOST_HELD_BYTES, shown_prints


def mask(text: str) -> str:
    return text.replace("secret", "***")


def test_a_listener_that_prints_is_shown_to_nobody_and_written_masked(capsys: pytest.CaptureFixture[str]) -> None:
    shown = []

    def show(line: str, **_: object) -> None:
        shown.append(line)
        print("the listener's secret")

    with shown_prints() as printed:
        printed.mask = mask
        print("held secret")
        printed.show_by(show)
        print("a secret")
        print("no end", end="")
        printed.end()
    assert shown == ["held ***", "a ***", "no end"]
    assert "secret" not in capsys.readouterr().out


def test_what_is_printed_before_a_run_is_kept_to_a_bound() -> None:
    shown = []
    with shown_prints() as printed:
        printed.mask = mask
        for _ in range(3):
            print("x" * (MOST_HELD_BYTES // 2))
        printed.show_by(lambda line, **_: shown.append(line))
        print("later")
        printed.end()
    assert sum(map(len, shown)) < MOST_HELD_BYTES + 100
    assert shown[-2:] == ["(more was printed before the run began, and is left out)", "later"]


def test_what_cannot_be_masked_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_prints():
        print("a secret")
    assert capsys.readouterr() == ("", "")
