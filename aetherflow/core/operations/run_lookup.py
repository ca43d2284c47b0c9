"""The runs that a state file remembers: opened to look into, listed, and found by the beginning of an id."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.environment.settings import default_state_root, read_settings
from aetherflow.core.environment.snapshot import take_snapshot
from aetherflow.core.state.liveness import is_held
from aetherflow.core.state.records import RunRecord
from aetherflow.core.state.store import StateStore
from aetherflow.core.state.workspace import STATE_FILE

MOST_CANDIDATES = 10


class RunView(Struct, frozen=True, kw_only=True):
    """A run as a list shows it. ``is_live`` says that its process lives; a RUNNING one that is dead is INTERRUPTED.

    Times are UTC seconds since 1970.
    """

    run_id: str
    flow_id: str
    status: RunStatus
    started_at: float
    finished_at: float | None
    is_live: bool

    @property
    def name(self) -> str:
        """What names the run and no other."""
        return f"{self.flow_id}/{self.run_id}"


class RunFilter(Struct, frozen=True, kw_only=True):
    """Which runs are wanted: of a flow, of some statuses, begun within a time. Empty wants all."""

    flow_id: str | None = None
    statuses: frozenset[RunStatus] = frozenset()
    since: float | None = None
    until: float | None = None

    def takes(self, run: RunView) -> bool:
        """Tell whether a run is wanted."""
        return (
            self.flow_id in (None, run.flow_id)
            and (not self.statuses or run.status in self.statuses)
            and (self.since is None or run.started_at >= self.since)
            and (self.until is None or run.started_at < self.until)
        )


def common_state_file(environ: Mapping[str, str]) -> Path:
    """Give the state file of the flows that name none of their own; raises InputError for a wrong setting."""
    root = read_settings(take_snapshot(environ)).state_root or default_state_root()
    return root.absolute() / STATE_FILE


@contextmanager
def opened_state(environ: Mapping[str, str], state_file: Path | None) -> Iterator[StateStore | None]:
    """Open the state for the block, to look into it; None where nothing has been recorded yet. Creates nothing.

    Raises InputError where a file is named that is not there.
    """
    store = StateStore.open_existing(state_file or common_state_file(environ))
    if store is None:
        if state_file:
            raise _refusal("AF-R503", f'there is no state file "{state_file}"', "correct the path after --state")
        yield None
        return
    with store:
        yield store


def list_runs(environ: Mapping[str, str], wanted: RunFilter, *, state_file: Path | None = None) -> list[RunView]:
    """Give the runs that are wanted, newest first."""
    with opened_state(environ, state_file) as store:
        if store is None:
            return []
        views = (view_of(store, record) for record in store.list_runs(wanted.flow_id))
        return [view for view in views if wanted.takes(view)]


def view_of(store: StateStore, record: RunRecord) -> RunView:
    """Give a run as it is seen now: one that is recorded as RUNNING may be dead."""
    is_live = record.status is RunStatus.RUNNING and is_held(store.path, record.flow_id, record.run_id)
    is_dead = record.status is RunStatus.RUNNING and not is_live
    return RunView(
        run_id=record.run_id,
        flow_id=record.flow_id,
        status=RunStatus.INTERRUPTED if is_dead else record.status,
        started_at=record.started_at,
        finished_at=record.finished_at,
        is_live=is_live,
    )


@contextmanager
def opened_run(
    environ: Mapping[str, str], name: str, state_file: Path | None
) -> Iterator[tuple[StateStore, RunRecord]]:
    """Open the state for the block and find a run in it, by its id, the beginning of it, or either behind `FLOW/`.

    Raises InputError where there is no such run, and where there are several.
    """
    with opened_state(environ, state_file) as store:
        if store is None:
            raise _unknown(name, [])
        yield store, _found(store, name)


def _found(store: StateStore, name: str) -> RunRecord:
    flow_id, _, beginning = name.rpartition("/")
    records = store.list_runs(flow_id or None)
    exact = [record for record in records if record.run_id == beginning]
    found = exact or [record for record in records if beginning and record.run_id.startswith(beginning)]
    if not found:
        raise _unknown(name, records)
    if len(found) > 1:
        raise _ambiguous(name, found, lambda record: view_of(store, record))
    return found[0]


def _unknown(name: str, records: Sequence[RunRecord]) -> InputError:
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only for a wrong id

    known = [record.run_id for record in records]
    hint = did_you_mean(name.rpartition("/")[2], known) or "`aetherflow runs list` shows the runs that are recorded"
    return _refusal("AF-R501", f'no run is called "{name}" or begins with it', hint)


def _ambiguous(name: str, found: Sequence[RunRecord], view: Callable[[RunRecord], RunView]) -> InputError:
    shown = [f"{run.name} ({run.status})" for run in map(view, found[:MOST_CANDIDATES])]
    more = [f"and {len(found) - len(shown):,} more"] if len(found) > len(shown) else []
    hint = "say more of the id, with the flow before it where needed:\n" + "\n".join(shown + more)
    return _refusal("AF-R502", f'"{name}" may be {len(found):,} runs', hint)


def _refusal(code: str, message: str, hint: str) -> InputError:
    return InputError.of(Diagnostic(code=code, message=message, hint=hint))
