"""Wires the parts of one execution; nothing of the run happens here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from aetherflow.core.connectors.pool import ConnectorPool
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.journal import Journal
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_log import RunLog
from aetherflow.core.operations.run_places import RunPlaces
from aetherflow.core.operations.secrets import LiveSurroundings, Resources
from aetherflow.core.operations.selection import checked_selection
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.history import History
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import Plan, make_plan
from aetherflow.core.runner.recorder import Recorder
from aetherflow.core.runner.run_locks import RunLocks
from aetherflow.core.runner.step_call import StepCallers
from aetherflow.core.runner.variables import Variables
from aetherflow.core.runner.workspaces import Workspaces
from aetherflow.core.state.records import RunRecord
from aetherflow.core.state.store import StateStore
from aetherflow.core.state.workspace import run_folder


class Beginning(Struct, frozen=True, kw_only=True):
    """What is settled before the parts are wired: which run, with which params, after which history."""

    record: RunRecord
    params: Mapping[str, Any]
    history: History
    variables: dict[str, Any]
    next_seq: int
    plan: Plan
    resumed: bool


class Execution(Struct, frozen=True, kw_only=True):
    """The parts of a run, with what must be closed and cleaned at its end."""

    run: RunParts
    record: RunRecord
    connectors: ConnectorPool
    workspaces: Workspaces
    log: RunLog
    resumed: bool
    diagnostics: list[Diagnostic]


def planned(prepared: Prepared, request: RunRequest, options: Mapping[str, Any]) -> Plan:
    """Lay out the jobs: those named now, else those that the run was started with."""
    flow = prepared.checked_flow()
    jobs = request.jobs or tuple(options.get("jobs", ()))
    only = request.only if request.jobs else bool(options.get("only", False))
    return make_plan(flow, prepared.registry, checked_selection(flow, jobs, only))


def assemble(
    beginning: Beginning,
    *,
    prepared: Prepared,
    live: LiveSurroundings,
    resources: Resources,
    places: RunPlaces,
    store: StateStore,
    gate: InterruptGate,
    clock: Clock,
    listeners: Sequence[Callable[[Event], None]],
    fail_fast: bool,
    logs_debug: bool,
) -> Execution:
    """Build the parts of one execution."""
    record = beginning.record
    log = RunLog(
        run_folder(places.state_root, record.flow_id, record.run_id),
        as_json=prepared.settings.log_format == "json",
        tells_debug=logs_debug or prepared.settings.log_level == "debug",
        warn=lambda message: warn(message),
    )
    recorder = Recorder(store, seal=live.masker.seal, mask=live.masker.mask)
    journal = Journal(
        flow_id=record.flow_id,
        run_id=record.run_id,
        next_seq=beginning.next_seq,
        clock=clock.now,
        mask=live.masker.mask,
        record=recorder.record_event,
        listeners=(*listeners, log),
    )

    def warn(message: str) -> None:
        journal.emit(EventType.LOG, level="warning", message=message)

    workspace = beginning.plan.flow.definition.flow.workspace
    workspaces = Workspaces(places.work_root, record.flow_id, record.run_id, workspace.layout)
    connectors = ConnectorPool(
        prepared.registry.connectors,
        resources.resolvers(),
        on_close_error=lambda name, error: warn(f'resource "{name}" did not close: {error}'),
        caching="none" if prepared.settings.connector_cache_disabled else prepared.settings.connector_cache_default,
    )
    jobs: dict[str, Any] = {}
    roots = {"env": live.env, "params": beginning.params, "flow_id": record.flow_id, "run_id": record.run_id}
    run = RunParts(
        plan=beginning.plan,
        flow_id=record.flow_id,
        run_id=record.run_id,
        token=record.token,
        env=live.env,
        params=beginning.params,
        scope=Scope({**roots, "run": {"id": record.run_id}, "jobs": jobs}),
        jobs=jobs,
        connectors=connectors,
        step_types=prepared.registry.steps,
        callers=StepCallers(),
        variables=Variables(record.flow_id, record.run_id, beginning.variables),
        history=beginning.history,
        masker=live.masker,
        journal=journal,
        recorder=recorder,
        gate=gate,
        clock=clock,
        workspaces=workspaces,
        locks=_locks(beginning, store, journal, gate, clock),
        warn=warn,
        strict_templates=prepared.settings.strict_templates,
        fail_fast=fail_fast,
    )
    return Execution(
        run=run,
        record=record,
        connectors=connectors,
        workspaces=workspaces,
        log=log,
        resumed=beginning.resumed,
        diagnostics=prepared.diagnostics,
    )


def _locks(beginning: Beginning, store: StateStore, journal: Journal, gate: InterruptGate, clock: Clock) -> RunLocks:
    settings = beginning.plan.flow.definition.flow.locks
    return RunLocks(store.path, beginning.record, settings, journal=journal, gate=gate, clock=clock)
