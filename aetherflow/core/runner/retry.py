"""The retry decision: pure, deterministic under a given draw."""

from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.documents.flow import RetryPolicy


class Failure(Struct, frozen=True):
    """What the policy may look at of a failed attempt."""

    message: str
    hint: str | None = None
    exit_code: int | None = None
    timed_out: bool = False
    final: bool = False  # no further attempt can help: the definition is wrong, or the job's time is over


class RetryAt(Struct, frozen=True):
    """Try again after so many seconds."""

    delay_seconds: float


class GiveUp(Struct, frozen=True):
    """Let the failure stand; ``reason`` is why, where the policy would have let it try again."""

    reason: str | None = None


def next_attempt(policy: RetryPolicy, attempt: int, failure: Failure, draw: Callable[[], float]) -> RetryAt | GiveUp:
    """Decide what follows the failed attempt number ``attempt`` (from 1); ``draw`` gives a number from 0 to 1."""
    if failure.final or attempt >= policy.max_attempts or not is_retryable(policy, failure):
        return GiveUp()
    delay = policy.backoff_seconds * policy.backoff_multiplier ** (attempt - 1)
    if policy.max_backoff_seconds is not None:
        delay = min(delay, policy.max_backoff_seconds)
    if policy.jitter:
        # Between half and all of the delay: spread enough to part a herd, never a hasty retry.
        delay *= 0.5 + draw() / 2
    return RetryAt(delay)


def is_retryable(policy: RetryPolicy, failure: Failure) -> bool:
    """Tell whether the policy speaks of this kind of failure; one that names no kind speaks of all."""
    if failure.timed_out:
        return bool(policy.on_timeout) if policy.on_timeout is not None else policy.on_exit_codes is None
    if policy.on_exit_codes is not None:
        return failure.exit_code in policy.on_exit_codes
    return policy.on_timeout is not True
