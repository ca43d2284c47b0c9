"""`run`: one execution of one run, from the request to the result."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from aetherflow.core.compilers.uri import findable_flow
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import HeldElsewhere, InputError
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.masked_refusals import masked_refusals
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.operations.provenance import provenance_of
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.resumption import changed_surroundings, earlier_history, stop_unless_sound
from aetherflow.core.operations.run_assembly import Beginning, Execution, assemble, planned
from aetherflow.core.operations.run_claim import Claim, claim_run, run_record
from aetherflow.core.operations.run_execution import execute
from aetherflow.core.operations.run_ground import Ground
from aetherflow.core.operations.run_places import run_places
from aetherflow.core.operations.run_plugins import RunPlugin
from aetherflow.core.operations.run_preparation import prepare_run
from aetherflow.core.operations.secrets import Resources, live_surroundings
from aetherflow.core.plugins.tracing import Trace, Watcher, trace_nothing
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.history import History
from aetherflow.core.runner.printed_lines import PrintedLines
from aetherflow.core.state.records import RunRecord
from aetherflow.core.state.store import StateStore

if TYPE_CHECKING:  # only who debugs plugins, or has observers, imports them
    from aetherflow.core.operations.observing.observers_of_run import ObserversOfRun
    from aetherflow.core.operations.plugin_log import PluginLog


def new_run_id() -> str:
    """Make a run id that sorts by time: UTC seconds and six random digits."""
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + os.urandom(3).hex()


def run(
    request: RunRequest,
    *,
    listeners: Sequence[Callable[[Event], None]] = (),
    plugin_watcher: Watcher | None = None,
    printed: PrintedLines | None = None,
    clock: Clock | None = None,
    make_run_id: Callable[[], str] = new_run_id,
    gate: InterruptGate | None = None,
) -> RunResult:
    """Run a flow once, to the end. Refusals are raised as AetherFlowError; a failed run is a result like any other.

    Whoever brings the ``gate`` may ask the run to end from another thread, as a signal would. ``printed`` takes what
    plugins print in this process: without it, that is the program's.
    """
    prepared, params = prepare_run(request)
    if printed:
        printed.mask = prepared.masker.mask_text
    clock = clock or Clock()
    plugin_log = _plugin_log(prepared, request, clock, plugin_watcher)
    prepared, plugins = _loaded(prepared, plugin_log or trace_nothing)
    observers = _observers(prepared, plugins, request)
    with gate or InterruptGate() as gate:
        live = live_surroundings(prepared)
        if request.run_key is not None:
            from aetherflow.core.operations.run_key import check_run_key  # deferred: only wanted with a key

            check_run_key(request, prepared.masker.mask_text)
        ground = Ground(
            request=request,
            prepared=prepared,
            live=live,
            plugins=plugins,
            params=params,
            places=run_places(prepared, live.env, params, state_file=request.state_file),
            gate=gate,
            clock=clock,
            listeners=listeners,
            plugin_log=plugin_log,
            observers=observers,
            printed=printed,
        )
        return _run_on(ground, make_run_id)


def _plugin_log(prepared: Prepared, request: RunRequest, clock: Clock, watcher: Watcher | None) -> "PluginLog | None":
    if not request.debug_plugins:
        return None
    from aetherflow.core.operations.plugin_log import open_plugin_log  # deferred: only wanted to debug plugins

    return open_plugin_log(prepared, clock.now, watcher)


def _loaded(prepared: Prepared, trace: Trace) -> tuple[Prepared, tuple[RunPlugin, ...]]:
    """Run the code of the plugins, where there are any."""
    if prepared.plugins is None or not prepared.plugins.found.plugins:
        return prepared, ()
    from aetherflow.core.operations.loaded_plugins import with_loaded_plugins  # deferred: a run without plugins

    return with_loaded_plugins(prepared, trace)


def _observers(prepared: Prepared, plugins: tuple[RunPlugin, ...], request: RunRequest) -> "ObserversOfRun | None":
    """Import the classes of the observers, where there are any."""
    here = prepared.plugins
    file = here.ground.documents.plugins_file if here else None
    if here is None or not (request.observers or (file and file.definition.plugins)):
        return None
    from aetherflow.core.operations.observing.observers_of_run import observers_of_run  # deferred: most runs have none

    with masked_refusals(prepared.masker):
        return observers_of_run(here, plugins, tuple(request.observers))


def _run_on(ground: Ground, make_run_id: Callable[[], str]) -> RunResult:
    flow_id = ground.prepared.checked_flow().definition.flow.id
    with StateStore.open(ground.places.state_file) as store:
        if ground.prepared.bundle:
            ground.prepared.bundle.keep_for(store.path)
        claim = _claim(ground, store, flow_id, make_run_id)
        if isinstance(claim, RunRecord):
            return _recorded(ground, store, claim)
        with claim.hold:
            execution = _execution(ground, store, claim)
            try:
                return execute(execution)
            except HeldElsewhere:  # the flow's lock is somebody else's: nothing has begun, and the key stays free
                if ground.request.run_key is not None and claim.earlier is None:
                    store.delete_run(flow_id, claim.run_id)
                raise
            finally:
                if execution.observers:
                    _finish_observers(execution)
                if ground.printed:
                    ground.printed.end()
                execution.run.locks.close()
                execution.log.close()
                if ground.plugin_log:
                    ground.plugin_log.close()


def _finish_observers(execution: Execution) -> None:
    from aetherflow.core.operations.observing.at_the_end import finish_observers  # deferred: most runs have none

    if execution.observers:
        finish_observers(execution.observers, execution.run.recorder, execution.run.gate)


def _claim(ground: Ground, store: StateStore, flow_id: str, make_run_id: Callable[[], str]) -> Claim | RunRecord:
    if ground.request.run_key is None:
        return claim_run(store, flow_id, ground.request, make_run_id, ground.clock.now())
    from aetherflow.core.operations.run_key import claim_by_key  # deferred: only wanted with a key

    return claim_by_key(store, _fresh_record(ground, ""), ground.request, make_run_id)


def _recorded(ground: Ground, store: StateStore, record: RunRecord) -> RunResult:
    """Give the result of a run that ended before, as it was recorded."""
    from aetherflow.core.operations.recorded_result import recorded_result  # deferred: only wanted for an old key

    prepared = ground.prepared
    result = recorded_result(
        store,
        record,
        mask=ground.live.masker.mask,
        job_order=[job.id for job in prepared.checked_flow().definition.jobs],
        versions={found.digest: found.version for found in prepared.registry.steps.values()},
    )
    return replace(result, recorded=True)


def _execution(ground: Ground, store: StateStore, claim: Claim) -> Execution:
    record = run_record(ground.request, claim, _fresh_record(ground, claim.run_id))
    params = _params(ground, claim.earlier)
    resources = Resources(ground.prepared, ground.live, params)
    plan = planned(ground.prepared, ground.request, record.options)
    history, variables, findings = History(), {}, list[Diagnostic]()
    if claim.earlier:
        from aetherflow.core.runner.lock_holder import clear_up_after  # deferred: 1 ms, only wanted by a resume

        clear_up_after(store.path, record)
        findings = changed_surroundings(claim.earlier, record.provenance, ground.request)
        history = earlier_history(store, record, resources.unsealed, ground.request)
        variables = resources.unsealed(store.variables_of(record.flow_id, record.run_id))
        stop_unless_sound(plan, history, ground.request, ground.prepared)
    beginning = Beginning(
        record=record,
        params=params,
        history=history,
        variables=variables,
        next_seq=store.last_seq(record.flow_id, record.run_id) + 1 if claim.earlier else 1,
        plan=plan,
        resumed=claim.earlier is not None,
        findings=findings,
    )
    return assemble(ground, store, resources, beginning)


def _params(ground: Ground, earlier: RunRecord | None) -> Mapping[str, Any]:
    if earlier is None:
        return ground.params
    recorded: dict[str, Any] = ground.live.masker.unseal(earlier.params)
    for name in ground.request.params:
        if recorded.get(name) != ground.params[name]:
            raise InputError(
                f'param "{name}" differs from the one that run "{earlier.run_id}" was started with',
                hint="a resumed run keeps its params; start a new run for other ones",
            )
    return recorded


def _fresh_record(ground: Ground, run_id: str) -> RunRecord:
    request, source = ground.request, ground.prepared.source
    return RunRecord(
        flow_id=ground.prepared.checked_flow().definition.flow.id,
        run_id=run_id,
        status=RunStatus.RUNNING,
        started_at=ground.clock.now(),
        finished_at=None,
        pid=os.getpid(),
        host=os.uname().nodename,
        token=os.urandom(16).hex(),
        flow_source=_flow_source(ground),
        flow_digest=hashlib.sha256((source.text if source else "").encode()).hexdigest(),
        params=ground.live.masker.seal(ground.params),
        options=_options(request),
        error=None,
        run_key=request.run_key,
        places=ground.places.recorded(),
        provenance=provenance_of(ground),
    )


def _options(request: RunRequest) -> dict[str, Any]:
    """Give the words that a resume from another folder goes by; paths are absolute there."""
    return {
        "jobs": list(request.jobs),
        "only": request.only,
        "workflow": request.workflow,
        "plugin_paths": [_absolute(path) for path in request.plugin_paths],
        "plugins_file": _absolute(request.plugins_file),
        "bundle_manifest": _absolute(request.bundle_manifest),
    }


def _absolute(path: str | None) -> str | None:
    if path is None or path.strip().startswith("~"):
        return path
    return str(Path(path.strip()).absolute())


def _flow_source(ground: Ground) -> str:
    """Give the flow's name as a resume finds it: in a bundle, whichever that is then, or from any folder."""
    source = ground.prepared.source
    name = source.name if source else ground.request.flow
    return name if ground.prepared.bundle else findable_flow(name)
