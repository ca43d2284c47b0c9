"""The crash test sees what it looks for: a judge that finds nothing wrong with anything would be worth nothing."""

from typing import Any

from tests.benchmarks.crash import different_outcome, wrongly_repeated

ONCE = {f"s{number}": 1 for number in range(1, 13)}
RESULT: Any = {
    "status": "SUCCESS",
    "jobs": {"one": {"status": "SUCCESS", "outputs": {"v1": 1}, "steps": {"s1": {"status": "SUCCESS", "outputs": {}}}}},
}


def test_every_step_once_is_right() -> None:
    assert list(wrongly_repeated(frozenset({"s1"}), ONCE)) == []


def test_the_step_in_flight_may_run_twice() -> None:
    assert list(wrongly_repeated(frozenset({"s1"}), ONCE | {"s2": 2})) == []


def test_a_recorded_step_that_ran_again_is_told() -> None:
    assert list(wrongly_repeated(frozenset({"s1"}), ONCE | {"s1": 2})) == ["s1 was recorded done and ran 2 times"]


def test_a_second_step_that_ran_again_is_told() -> None:
    assert list(wrongly_repeated(frozenset(), ONCE | {"s2": 2, "s3": 2})) == [
        "more than one step ran again: s2 2 times, s3 2 times"
    ]


def test_a_step_that_never_ran_is_told() -> None:
    assert list(wrongly_repeated(frozenset(), {step: 1 for step in ONCE if step != "s7"})) == ["never ran: s7"]


def test_another_output_is_told() -> None:
    other = {**RESULT, "jobs": {"one": {**RESULT["jobs"]["one"], "outputs": {"v1": None}}}}
    assert list(different_outcome(RESULT, RESULT)) == []
    assert list(different_outcome(RESULT, other)) == [
        "one: expected ('SUCCESS', {'v1': 1}), got ('SUCCESS', {'v1': None})"
    ]
