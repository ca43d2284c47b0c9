"""The retry decision, by the policy's words."""

import pytest

from aetherflow.core.documents.flow import RetryPolicy
from aetherflow.core.runner.retry import Failure, GiveUp, RetryAt, next_attempt


def half() -> float:
    return 0.5


def test_a_policy_of_one_attempt_gives_up_at_once():
    assert next_attempt(RetryPolicy(), 1, Failure("no"), half) == GiveUp()


def test_max_attempts_alone_retries_every_failure():
    policy = RetryPolicy(max_attempts=3)
    for failure in (Failure("no"), Failure("no", exit_code=7), Failure("no", timed_out=True)):
        assert next_attempt(policy, 2, failure, half) == RetryAt(0)
    assert next_attempt(policy, 3, Failure("no"), half) == GiveUp()


@pytest.mark.parametrize(
    ("policy", "failure", "retried"),
    [
        (RetryPolicy(max_attempts=2, on_exit_codes=[75]), Failure("x", exit_code=75), True),
        (RetryPolicy(max_attempts=2, on_exit_codes=[75]), Failure("x", exit_code=1), False),
        (RetryPolicy(max_attempts=2, on_exit_codes=[75]), Failure("x"), False),
        (RetryPolicy(max_attempts=2, on_exit_codes=[75]), Failure("x", timed_out=True), False),
        (RetryPolicy(max_attempts=2, on_exit_codes=[75], on_timeout=True), Failure("x", timed_out=True), True),
        (RetryPolicy(max_attempts=2, on_exit_codes=[75], on_timeout=True), Failure("x", exit_code=75), True),
        (RetryPolicy(max_attempts=2, on_timeout=True), Failure("x", timed_out=True), True),
        (RetryPolicy(max_attempts=2, on_timeout=True), Failure("x", exit_code=1), False),
        (RetryPolicy(max_attempts=2, on_timeout=False), Failure("x", timed_out=True), False),
        (RetryPolicy(max_attempts=2, on_timeout=False), Failure("x", exit_code=1), True),
    ],
)
def test_conditions_limit_what_is_retried(policy: RetryPolicy, failure: Failure, retried: bool):
    assert isinstance(next_attempt(policy, 1, failure, half), RetryAt) is retried


def test_the_delay_grows_by_the_multiplier_up_to_its_limit():
    policy = RetryPolicy(max_attempts=9, backoff_seconds=2, backoff_multiplier=3, max_backoff_seconds=20)
    delays = [next_attempt(policy, attempt, Failure("no"), half) for attempt in (1, 2, 3, 4)]
    assert delays == [RetryAt(2), RetryAt(6), RetryAt(18), RetryAt(20)]


def test_jitter_takes_between_half_and_all_of_the_delay():
    policy = RetryPolicy(max_attempts=2, backoff_seconds=10, jitter=True)
    assert next_attempt(policy, 1, Failure("no"), lambda: 0.0) == RetryAt(5)
    assert next_attempt(policy, 1, Failure("no"), lambda: 1.0) == RetryAt(10)


def test_a_final_failure_is_never_retried():
    assert next_attempt(RetryPolicy(max_attempts=9), 1, Failure("no", final=True), half) == GiveUp()
