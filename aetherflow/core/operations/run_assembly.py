"""Wires the parts of one execution; nothing of the run happens here."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from aetherflow.core.connectors.pool import ConnectorPool
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.event import EventType
from aetherflow.core.events.journal import Journal
from aetherflow.core.events.segments import harmless_value
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_ground import Ground
from aetherflow.core.operations.run_log import RunLog
from aetherflow.core.operations.run_plugins import RunPlugin
from aetherflow.core.operations.secrets import Resources
from aetherflow.core.operations.selection import checked_selection
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.foreign_error import described
from aetherflow.core.runner.history import History
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import Plan, make_plan
from aetherflow.core.runner.recorder import Recorder
from aetherflow.core.runner.run_locks import RunLocks
from aetherflow.core.runner.step_call import StepCallers
from aetherflow.core.runner.variables import Variables
from aetherflow.core.runner.worker_pool import WorkerPool
from aetherflow.core.runner.workspaces import Workspaces
from aetherflow.core.state.folder import Folder
from aetherflow.core.state.records import RunRecord
from aetherflow.core.state.store import StateStore
from aetherflow.core.state.workspace import run_folder

if TYPE_CHECKING:  # only runs with observers import it
    from aetherflow.core.runner.observers.host import ObserverHost


class Beginning(Struct, frozen=True, kw_only=True):
    """What is settled before the parts are wired: which run, with which params, after which history."""

    record: RunRecord
    params: Mapping[str, Any]
    history: History
    variables: dict[str, Any]
    next_seq: int
    plan: Plan
    resumed: bool
    findings: Sequence[Diagnostic] = ()


class Execution(Struct, frozen=True, kw_only=True):
    """The parts of a run, with what they were made of, and what must be closed and cleaned at its end."""

    ground: Ground
    run: RunParts
    record: RunRecord
    resources: Resources
    connectors: ConnectorPool
    workspaces: Workspaces
    log: RunLog
    resumed: bool
    plugins: tuple[RunPlugin, ...]
    diagnostics: list[Diagnostic]
    observers: "ObserverHost | None" = None


def planned(prepared: Prepared, request: RunRequest, options: Mapping[str, Any]) -> Plan:
    """Lay out the jobs: those named now, else those that the run was started with."""
    flow = prepared.checked_flow()
    jobs = request.jobs or tuple(options.get("jobs", ()))
    only = request.only if request.jobs else bool(options.get("only", False))
    return make_plan(flow, prepared.registry, checked_selection(flow, jobs, only))


def assemble(ground: Ground, store: StateStore, resources: Resources, beginning: Beginning) -> Execution:
    """Build the parts of one execution."""
    record = beginning.record
    observers = _observers(ground, store, beginning, warn=lambda *told: _warn_of(journal, *told))
    recorder = Recorder(
        store,
        seal=ground.live.masker.seal,
        mask=ground.live.masker.mask,
        committed=observers.committed if observers else None,
    )
    log = _log(ground, record, warn=lambda message: _warn(journal, message))
    journal = _journal(ground, beginning, recorder, log)
    if ground.plugin_log:
        ground.plugin_log.belongs_to(_run_folder(ground, record), warn=lambda message: _warn(journal, message))
    connectors = _connectors(ground.prepared, resources, journal)
    workspaces = Workspaces(
        ground.places.work_root, record.flow_id, record.run_id, beginning.plan.flow.definition.flow.workspace.layout
    )
    return Execution(
        ground=ground,
        run=_parts(ground, store, beginning, recorder, journal, connectors, workspaces),
        record=record,
        resources=resources,
        connectors=connectors,
        workspaces=workspaces,
        log=log,
        resumed=beginning.resumed,
        plugins=(*ground.plugins, *(ground.observers.code if ground.observers else ())),
        diagnostics=_diagnostics(ground, beginning),
        observers=observers,
    )


def _diagnostics(ground: Ground, beginning: Beginning) -> list[Diagnostic]:
    judged = ground.prepared.diagnostics
    observing = ground.observers.diagnostics if ground.observers else ()
    return [*judged, *(finding for finding in observing if finding not in judged), *beginning.findings]


def _observers(
    ground: Ground, store: StateStore, beginning: Beginning, warn: Callable[[str, str], None]
) -> "ObserverHost | None":
    if ground.observers is None or not ground.observers.observers:
        return None
    from aetherflow.core.runner.observers.host import ObservedRun, ObserverHost  # deferred: most runs have none

    run = ObservedRun(
        state_file=store.path,
        flow_id=beginning.record.flow_id,
        run_id=beginning.record.run_id,
        last_seq=beginning.next_seq - 1,
    )
    drain_seconds = ground.observers.drain_seconds
    return ObserverHost(
        ground.observers.observers,
        run,
        warn=warn,
        mask=ground.live.masker.mask_text,
        drain_seconds=drain_seconds,
        trace=ground.plugin_log,
    )


def _parts(
    ground: Ground,
    store: StateStore,
    beginning: Beginning,
    recorder: Recorder,
    journal: Journal,
    connectors: ConnectorPool,
    workspaces: Workspaces,
) -> RunParts:
    record, jobs = beginning.record, dict[str, Any]()
    return RunParts(
        plan=beginning.plan,
        flow_id=record.flow_id,
        run_id=record.run_id,
        token=record.token,
        env=ground.live.env,
        params=beginning.params,
        scope=_lasting_scope(ground, beginning, jobs),
        jobs=jobs,
        connectors=connectors,
        step_types=ground.prepared.registry.steps,
        callers=_callers(ground),
        variables=Variables(record.flow_id, record.run_id, beginning.variables),
        history=beginning.history,
        masker=ground.live.masker,
        journal=journal,
        recorder=recorder,
        gate=ground.gate,
        clock=ground.clock,
        workspaces=workspaces,
        locks=_locks(ground, store, beginning, journal),
        workers=WorkerPool(record.token),
        warn=lambda message: _warn(journal, message),
        strict_templates=ground.prepared.settings.strict_templates,
        fail_fast=ground.request.fail_fast,
    )


def _callers(ground: Ground) -> StepCallers:
    if ground.plugin_log is None:
        return StepCallers()
    from aetherflow.core.runner.traced_calls import TracedCallers  # deferred: only wanted to debug plugins

    return TracedCallers(ground.plugin_log, ground.clock)


def _lasting_scope(ground: Ground, beginning: Beginning, jobs: dict[str, Any]) -> Scope:
    run_id = beginning.record.run_id
    return Scope(
        {
            "env": ground.live.env,
            "params": beginning.params,
            "flow_id": beginning.record.flow_id,
            "run_id": run_id,
            "run": {"id": run_id, "flow_dir": str(ground.prepared.flow_dir)},
            "jobs": jobs,
        }
    )


def _run_folder(ground: Ground, record: RunRecord) -> Folder:
    return run_folder(ground.places.state_root, record.flow_id, record.run_id)


def _log(ground: Ground, record: RunRecord, warn: Callable[[str], None]) -> RunLog:
    settings = ground.prepared.settings
    return RunLog(
        _run_folder(ground, record),
        as_json=settings.log_format == "json",
        tells_debug=ground.request.logs_debug or settings.log_level == "debug",
        warn=warn,
    )


def _journal(ground: Ground, beginning: Beginning, recorder: Recorder, log: RunLog) -> Journal:
    return Journal(
        flow_id=beginning.record.flow_id,
        run_id=beginning.record.run_id,
        next_seq=beginning.next_seq,
        clock=ground.clock.now,
        mask=lambda payload: ground.live.masker.mask(harmless_value(payload)),
        record=recorder.record_event,
        listeners=(*ground.listeners, log, *([ground.plugin_log.on_event] if ground.plugin_log else [])),
    )


def _connectors(prepared: Prepared, resources: Resources, journal: Journal) -> ConnectorPool:
    settings = prepared.settings
    return ConnectorPool(
        prepared.registry.connectors,
        resources.resolvers(),
        on_close_error=lambda name, words: _warn(journal, f'resource "{name}" did not close: {words}'),
        describe=described,
        caching="none" if settings.connector_cache_disabled else settings.connector_cache_default,
    )


def _locks(ground: Ground, store: StateStore, beginning: Beginning, journal: Journal) -> RunLocks:
    settings = beginning.plan.flow.definition.flow.locks
    return RunLocks(store.path, beginning.record, settings, journal=journal, gate=ground.gate, clock=ground.clock)


def _warn(journal: Journal, message: str) -> None:
    journal.emit(EventType.LOG, level="warning", message=message)


def _warn_of(journal: Journal, message: str, observer: str) -> None:
    journal.emit(EventType.LOG, level="warning", message=message, plugin=observer)
