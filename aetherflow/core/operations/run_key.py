"""`--run-key`: one run for one key of a flow, whoever asks for it, and however often."""

import os
from collections.abc import Callable

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import HeldElsewhere, InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_claim import Claim
from aetherflow.core.state.liveness import RunHold
from aetherflow.core.state.records import RunRecord
from aetherflow.core.state.store import StateStore

MOST_KEY_LENGTH = 512


def check_run_key(request: RunRequest, mask: Callable[[str], str]) -> None:
    """Raise InputError for a key that is none, that is secret, or that stands beside another choice of the run."""
    key = request.run_key or ""
    if request.resume or request.run_id is not None:
        other = "--resume" if request.resume else "--run-id"
        raise _refusal(
            "AF-R412",
            f"--run-key and {other} exclude each other",
            "the key alone decides whether a run is started or resumed, and which",
        )
    if not 0 < len(key) <= MOST_KEY_LENGTH or not key.isprintable():
        hint = f"a key is a text of 1 to {MOST_KEY_LENGTH} characters on one line"
        raise _refusal("AF-R413", f'"{mask(key)[:80]}" cannot be a run key', hint)
    if mask(key) != key:
        hint = "keys are stored and shown as they are: choose one without a secret"
        raise _refusal("AF-R413", f'the run key "{mask(key)}" contains a secret', hint)


def claim_by_key(
    store: StateStore, fresh: RunRecord, request: RunRequest, new_run_id: Callable[[], str]
) -> Claim | RunRecord:
    """Give the hold on the run of a key, new or to be resumed, or the record of the one that ended SUCCESS.

    ``fresh`` is the record of a new run but for its id. Raises HeldElsewhere where the run lives, and InputError where
    it was started for something else.
    """
    key = fresh.run_key or ""
    while True:
        earlier = store.find_run_by_key(fresh.flow_id, key)
        if earlier is None:
            claim = _first(store, replace(fresh, run_id=new_run_id()))
            if claim:
                return claim
            continue  # somebody else was first, a moment ago
        _refuse_another(earlier, fresh, request)
        if earlier.status is RunStatus.SUCCESS:
            return earlier
        found = _later(store, earlier)
        if found:
            return found


def _first(store: StateStore, record: RunRecord) -> Claim | None:
    """Hold a new run and record it with its key; None where the key was taken meanwhile."""
    hold = _hold(store, record, record.started_at)
    try:
        if store.claim_key(record) is None:
            return Claim(record.run_id, hold, None)
    except BaseException:  # whatever stops us, the run is free again
        hold.release()
        raise
    hold.retire()
    return None


def _later(store: StateStore, earlier: RunRecord) -> Claim | RunRecord | None:
    """Hold a run that was started before; None where it was pruned meanwhile."""
    try:
        hold = _hold(store, earlier, earlier.started_at)
    except HeldElsewhere as held:
        raise _held(earlier, held) from None
    try:
        now = store.find_run(earlier.flow_id, earlier.run_id)  # it may have ended before we held it
    except BaseException:  # whatever stops us, the run is free again
        hold.release()
        raise
    if now is not None and now.status is not RunStatus.SUCCESS:
        return Claim(now.run_id, hold, now)
    hold.release()
    return now


def _hold(store: StateStore, record: RunRecord, started_at: float) -> RunHold:
    return RunHold.acquire(
        store.path,
        record.flow_id,
        record.run_id,
        pid=os.getpid(),
        host=os.uname().nodename,
        started_at=started_at,
    )


def _refuse_another(earlier: RunRecord, fresh: RunRecord, request: RunRequest) -> None:
    belongs = f'run key "{fresh.run_key}" of flow "{fresh.flow_id}" belongs to run "{earlier.run_id}"'
    differing = [
        name
        for name in {**earlier.params, **fresh.params}
        if name not in earlier.params or name not in fresh.params or earlier.params[name] != fresh.params[name]
    ]
    if differing:
        params = ", ".join(f'"{name}"' for name in differing)
        raise _refusal(
            "AF-R414",
            f"{belongs}, which was started with another value of param {params}",
            "give the same params, or make what differs a part of the key",
        )
    if earlier.options != fresh.options:
        raise _refusal(
            "AF-R415",
            f"{belongs}, which was started for other jobs",
            "select the same jobs, or choose another key",
        )
    if earlier.flow_digest != fresh.flow_digest and not request.accept_changes:
        raise _refusal(
            "AF-R416",
            f"{belongs}, which was of another flow: {earlier.flow_source} was different then",
            "go on all the same with --accept-changes, or choose another key",
        )


def _held(earlier: RunRecord, held: HeldElsewhere) -> HeldElsewhere:
    message = f'run key "{earlier.run_key}" has a run already: {held.message}'
    hint = "wait until it ends: the same key then gives its result, or resumes it"
    return HeldElsewhere.of(Diagnostic(code="AF-R411", message=message, hint=hint))


def _refusal(code: str, message: str, hint: str) -> InputError:
    return InputError.of(Diagnostic(code=code, message=message, hint=hint))
