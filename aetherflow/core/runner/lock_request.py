"""What is wanted of a lock, how long to wait for it, and the words for not getting it."""

from collections.abc import Iterator
from math import inf

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import HeldElsewhere, StepFailed
from aetherflow.core.runner.history import Place
from aetherflow.core.runner.lock_holder import holder_words
from aetherflow.core.state.locks import LockRecord

MOST_KEY_LENGTH = 512

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.25


class LockUnavailable(StepFailed):
    """Somebody else holds the lock, and did so for as long as we were to wait."""

    def __init__(self, key: str, holder: LockRecord, waited_seconds: float, *, timed_out: bool = False) -> None:
        waited = f" (waited {waited_seconds:.1f} s)" if waited_seconds >= 0.1 else ""
        super().__init__(
            f'lock "{key}" is held by {holder_words(holder)}{waited}',
            hint="wait longer with wait_seconds, or see `aetherflow locks list`",
            timed_out=timed_out,
        )
        self.holder = holder


class LockRequest(Struct, frozen=True, kw_only=True):
    """A lock that is wanted, and by what of the run. ``time_left_seconds`` bounds the waiting too."""

    key: str
    ttl_seconds: float
    wait_seconds: float = 0.0
    time_left_seconds: float | None = None
    place: Place | None = None
    step_id: str | None = None


def checked_key(key: object) -> str:
    """Give a step's key as it can be stored; raises StepFailed for what is none."""
    if not isinstance(key, str) or not 0 < len(key) <= MOST_KEY_LENGTH:
        raise StepFailed(f"a lock key is a text of 1 to {MOST_KEY_LENGTH} characters, not {key!r:.80}")
    # Undecodable bytes of a path come as surrogates, which SQLite does not take.
    return key.encode("utf-8", "backslashreplace").decode()


def checked_times(ttl_seconds: float, wait_seconds: float) -> None:
    """Raise StepFailed for times that make no sense."""
    if not 0 < ttl_seconds < inf:
        raise StepFailed(f"ttl_seconds of a lock must be above 0, not {ttl_seconds}")
    if not 0 <= wait_seconds < inf:
        raise StepFailed(f"wait_seconds of a lock must be 0 or more, not {wait_seconds}")


def patience_for(request: LockRequest) -> tuple[float, bool]:
    """Give how long to wait, and whether the step's own time ends the waiting."""
    left = request.time_left_seconds
    if left is not None and left < request.wait_seconds:
        return left, True
    return request.wait_seconds, False


def pauses() -> Iterator[float]:
    """Give the pauses between attempts, in seconds: growing, and spread so that waiters do not march in step."""
    from random import Random  # deferred: 5 ms, only wanted by who must wait

    draw = Random().random
    pause = _FIRST_PAUSE_SECONDS
    while True:
        yield pause * (0.5 + draw() / 2)
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def flow_held(flow_id: str, holder: LockRecord) -> HeldElsewhere:
    """Make the error that ends a run of a flow which runs one at a time."""
    message = f'flow "{flow_id}" runs one at a time (locks.scope: flow), and is held by {holder_words(holder)}'
    hint = "wait until that run ends, or stop it"
    return HeldElsewhere.of(Diagnostic(code="AF-R401", message=message, hint=hint))
