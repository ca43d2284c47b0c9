"""`runs prune`: old runs removed, with their records, their own folders and their jobs' directories."""

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import HeldElsewhere, InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.run_lookup import RunView, opened_state, view_of
from aetherflow.core.runner.lock_holder import clear_up_after
from aetherflow.core.state.cleaning import remove_folder
from aetherflow.core.state.folder import Folder, folder_at
from aetherflow.core.state.liveness import RunHold
from aetherflow.core.state.records import RunRecord
from aetherflow.core.state.store import StateStore
from aetherflow.core.state.workspace import run_folder


class PruneRule(Struct, frozen=True, kw_only=True):
    """Which runs may go: those that rest for longer than an age, but for the newest so many of each flow.

    One of the two is needed. ``statuses`` and ``flow_id`` narrow the choice; empty takes all.
    """

    older_than_seconds: float | None = None
    keep: int | None = None
    statuses: frozenset[RunStatus] = frozenset()
    flow_id: str | None = None


class Resting(Struct, frozen=True):
    """A run, and when something last happened in it."""

    run: RunView
    since: float


class PrunedRun(Struct, frozen=True, kw_only=True):
    """A run that went, or in a dry run would go; ``left_because`` says why it is still there, wholly or in part."""

    run: RunView
    folders: list[str]
    left_because: str | None = None


class PruneReport(Struct, frozen=True, kw_only=True):
    """What a prune did, or would do."""

    is_dry_run: bool
    runs: list[PrunedRun]


def prune_runs(
    environ: Mapping[str, str], rule: PruneRule, *, dry_run: bool = True, state_file: Path | None = None
) -> PruneReport:
    """Remove the runs that a rule lets go, oldest first; without ``dry_run=False`` only say which.

    A live run is never touched, nor anything outside the folders that runs have below their recorded roots. A run
    whose folders cannot be removed keeps its records, so that it can be pruned again.
    """
    if rule.older_than_seconds is None and rule.keep is None:
        message, hint = "nothing says which runs may go", "for example --older-than 30d --keep 10"
        raise InputError.of(Diagnostic(code="AF-R505", message=message, hint=hint))
    with opened_state(environ, state_file) as store:
        if store is None:
            return PruneReport(is_dry_run=dry_run, runs=[])
        records = {(record.flow_id, record.run_id): record for record in store.list_runs(rule.flow_id)}
        resting = [_resting(store, record) for record in records.values()]
        prune = _would_prune if dry_run else _prune
        gone = [
            prune(store, found.run, records[found.run.flow_id, found.run.run_id])
            for found in prunable(resting, rule, time.time())
        ]
        return PruneReport(is_dry_run=dry_run, runs=gone)


def prunable(runs: Iterable[Resting], rule: PruneRule, now: float) -> list[Resting]:
    """Choose the runs that may go, oldest first; ``runs`` are newest first."""
    seen: Counter[str] = Counter()
    chosen = []
    for found in runs:
        run = found.run
        seen[run.flow_id] += 1
        is_kept = rule.keep is not None and seen[run.flow_id] <= rule.keep
        is_old = rule.older_than_seconds is None or found.since < now - rule.older_than_seconds
        is_meant = not rule.statuses or run.status in rule.statuses
        if is_old and is_meant and not is_kept and not run.is_live:
            chosen.append(found)
    return chosen[::-1]


def _resting(store: StateStore, record: RunRecord) -> Resting:
    since = record.finished_at
    if since is None:  # its process died, so nobody recorded an end
        since = store.last_event_at(record.flow_id, record.run_id) or record.started_at
    return Resting(view_of(store, record), since)


def _would_prune(store: StateStore, run: RunView, record: RunRecord) -> PrunedRun:
    return PrunedRun(run=run, folders=[str(folder.path) for folder in _existing(_folders(store, record))])


def _prune(store: StateStore, run: RunView, record: RunRecord) -> PrunedRun:
    """Remove a run while holding it, so that nobody resumes it meanwhile; its records go last."""
    now, host = time.time(), os.uname().nodename
    try:
        hold = RunHold.acquire(store.path, run.flow_id, run.run_id, pid=os.getpid(), host=host, started_at=now)
    except HeldElsewhere as held:
        return PrunedRun(run=run, folders=[], left_because=held.message)
    with hold:
        if store.find_run(run.flow_id, run.run_id) != record:
            return PrunedRun(run=run, folders=[], left_because="it was resumed or removed this very moment")
        if record.status is RunStatus.RUNNING:  # it died, and may have left processes that work in its folders
            clear_up_after(store.path, record)
        folders = list(_existing(_folders(store, record)))
        failures = [f"{folder.path}: {why}" for folder in folders if (why := remove_folder(folder))]
        if not failures:
            store.delete_run(run.flow_id, run.run_id)
            hold.retire()
    names = [str(folder.path) for folder in folders]
    return PrunedRun(run=run, folders=names, left_because="; ".join(failures) or None)


def _folders(store: StateStore, record: RunRecord) -> Iterator[Folder]:
    """Give the run's own folder and its jobs' directories, below every root that it was recorded to have used."""
    names = (record.flow_id, record.run_id)
    jobs = [job.job_id for job in store.jobs_of(*names)] + [step.job_id for step in store.steps_of(*names)]
    for root in record.places.get("work_roots", ()):
        for job_id in dict.fromkeys(jobs):
            yield folder_at(Path(root)).below(record.flow_id, job_id, record.run_id)
    for root in record.places.get("state_roots", ()):
        yield run_folder(Path(root), *names)


def _existing(folders: Iterable[Folder]) -> Sequence[Folder]:
    return [folder for folder in folders if os.path.lexists(folder.path)]
