"""Which run an execution is: a new one, or an earlier one continued; and that no other process has it."""

import os
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.state.liveness import RunHold, is_held
from aetherflow.core.state.records import RunRecord
from aetherflow.core.state.store import StateStore


class Claim(Struct, frozen=True):
    """A run that this process holds; ``earlier`` is its record where it is continued."""

    run_id: str
    hold: RunHold
    earlier: RunRecord | None


def claim_run(store: StateStore, flow_id: str, request: RunRequest, new_run_id: Callable[[], str], now: float) -> Claim:
    """Find the run that is asked for and hold it; raises InputError, or HeldElsewhere where it lives elsewhere."""
    run_id = _wanted_run_id(store, flow_id, request) or new_run_id()
    hold = RunHold.acquire(store.path, flow_id, run_id, pid=os.getpid(), host=os.uname().nodename, started_at=now)
    try:
        return Claim(run_id, hold, _earlier_record(store, flow_id, run_id, request.resume))
    except BaseException:  # whatever stops us, the run is free again
        hold.release()
        raise


def _wanted_run_id(store: StateStore, flow_id: str, request: RunRequest) -> str | None:
    if request.run_id is not None or not request.resume:
        return request.run_id
    newest = store.newest_unfinished(flow_id, is_live=lambda record: is_held(store.path, flow_id, record.run_id))
    if newest is None:
        raise _refusal(
            "AF-R210",
            f'flow "{flow_id}" has no run that could be resumed',
            _why_none(store, flow_id),
        )
    return newest.run_id


def _why_none(store: StateStore, flow_id: str) -> str:
    if not store.list_runs(flow_id):
        return f"no run of it is recorded in {store.path}; start one without --resume"
    return f"every run recorded in {store.path} ended SUCCESS or is alive; start one without --resume"


def _earlier_record(store: StateStore, flow_id: str, run_id: str, resume: bool) -> RunRecord | None:
    earlier = store.find_run(flow_id, run_id)
    if resume and earlier is None:
        known = [record.run_id for record in store.list_runs(flow_id)]
        hint = did_you_mean(run_id, known) or f"the runs recorded in {store.path} are of other flows or names"
        raise _refusal("AF-R211", f'flow "{flow_id}" has no run "{run_id}"', hint)
    if earlier is not None and not resume:
        hint = f"continue it with --resume {run_id}, or choose another id"
        raise _refusal("AF-R212", f'flow "{flow_id}" has a run "{run_id}" already ({earlier.status})', hint)
    return earlier


def run_record(request: RunRequest, claim: Claim, fresh: RunRecord) -> RunRecord:
    """Give the record with which the execution begins: a new one, or the earlier one made RUNNING again."""
    if claim.earlier is None:
        return fresh
    return replace(
        claim.earlier,
        status=RunStatus.RUNNING,
        finished_at=None,
        error=None,
        pid=fresh.pid,
        host=fresh.host,
        flow_source=fresh.flow_source,
        flow_digest=fresh.flow_digest,
        options=fresh.options if request.jobs else claim.earlier.options,
        places=_all_places(claim.earlier, fresh),
        provenance=fresh.provenance,
    )


def _all_places(earlier: RunRecord, fresh: RunRecord) -> dict[str, list[str]]:
    """Give every root that an execution of the run has used: each may hold some of its folders."""
    kinds = [*earlier.places, *fresh.places]
    return {kind: list(dict.fromkeys([*earlier.places.get(kind, ()), *fresh.places.get(kind, ())])) for kind in kinds}


def _refusal(code: str, message: str, hint: str) -> InputError:
    return InputError.of(Diagnostic(code=code, message=message, hint=hint))
