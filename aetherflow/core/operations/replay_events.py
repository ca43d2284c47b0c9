"""`runs events RUN --replay ID`: what happened in a run, told to an observer of plugins.yaml that was not there."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError, PluginRefused
from aetherflow.core.contracts.event import Event
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.operations.loaded_plugins import load_for_run
from aetherflow.core.operations.observing.observers_of_run import made_observer
from aetherflow.core.operations.observing.words import Listed
from aetherflow.core.operations.plugin_documents import PLUGINS_FILE_NAME
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.plugins_found import PluginsFound, find_plugins
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.run_lookup import opened_run
from aetherflow.core.operations.show_run import run_events
from aetherflow.core.plugins.tracing import trace_nothing
from aetherflow.core.runner.observers.called_observer import CalledObserver
from aetherflow.core.runner.observers.wanted import WantedObserver
from aetherflow.core.state.records import RunRecord


class ReplayRequest(SurroundingsRequest, frozen=True, kw_only=True):
    """Which run is told to which observer. What the request does not name is as it was when the run was started."""

    run: str
    observer: str
    state_file: Path | None = None


class Replayed(Struct, frozen=True, kw_only=True):
    """How many events of the run the observer has been through, and how many calls of it raised."""

    run_id: str
    flow_id: str
    observer: str
    events: int
    failures: int


def replay_events(request: ReplayRequest, warn: Callable[[str], None]) -> Replayed:
    """Tell every event of a run to a new observer; ``warn`` is told what goes wrong, masked.

    The observer is called on a thread of its own, and takes the time that it takes. Raises InputError for an unknown
    run or observer, PluginRefused where the observer cannot be had.
    """
    with opened_run(request.environ, request.run, request.state_file) as (store, record):
        state_file = store.path
    plugins = _plugins(_surroundings(request, record))
    observer = CalledObserver(_wanted(request.observer, plugins), warn, masker_of(plugins.ground).mask_text)
    calls = _Calls(observer, request.environ, f"{record.flow_id}/{record.run_id}", state_file)
    calls.make()
    if untold := observer.untold_failures():
        warn(f'observer "{observer.id}": on_event raised {untold:,} more times')
    return Replayed(
        run_id=record.run_id,
        flow_id=record.flow_id,
        observer=observer.id,
        events=observer.seen,
        failures=observer.failures,
    )


class _Calls:
    """The calls of one replay, on a thread that somebody who gives up does not have to wait for."""

    def __init__(self, observer: CalledObserver, environ: Mapping[str, str], run: str, state_file: Path) -> None:
        self._observer = observer
        self._events = run_events(environ, run, state_file=state_file)
        self._error: BaseException | None = None

    def make(self) -> None:
        """Make all calls; raises what reading the events raises."""
        thread = Thread(target=self._run, name=f"observer {self._observer.id}", daemon=True)
        thread.start()
        thread.join()
        if self._error:
            raise self._error

    def _run(self) -> None:
        try:
            if self._observer.start():
                for event in self._events:
                    self._tell(event)
                    if self._observer.is_off:
                        break
                self._observer.stop()
        except BaseException as error:  # noqa: BLE001  # whatever it is, who waits raises it: a thread loses it
            self._error = error

    def _tell(self, event: Event) -> None:
        self._observer.tell(event)
        self._observer.seen += 1


def _surroundings(request: ReplayRequest, record: RunRecord) -> SurroundingsRequest:
    options = record.options
    return SurroundingsRequest(
        environ=request.environ,
        plugin_paths=request.plugin_paths or tuple(options.get("plugin_paths", ())),
        plugins_file=request.plugins_file or options.get("plugins_file") or _beside(record.flow_source),
        bundle_manifest=request.bundle_manifest or options.get("bundle_manifest"),
    )


def _beside(flow: str) -> str | None:
    """Give the plugins.yaml beside the flow that ran, where there is one."""
    file = Path(flow).parent / PLUGINS_FILE_NAME
    return str(file) if Path(flow).is_absolute() and os.path.lexists(file) else None


def _plugins(request: SurroundingsRequest) -> PluginsFound:
    ground = plugin_ground(request)
    plugins = find_plugins(request, ground.snapshot, ground.settings, ground.documents, bundle=ground.bundle)
    if plugins.input_errors:
        first = plugins.input_errors[0]
        raise InputError(
            first.message, hint=first.hint, diagnostics=plugins.input_errors, sources=dict(plugins.sources)
        )
    return plugins


def _wanted(observer: str, plugins: PluginsFound) -> WantedObserver:
    listed = _listed(observer, plugins)
    made = made_observer(listed, plugins, load_for_run(plugins, trace_nothing).loaded)
    if isinstance(made, Diagnostic):
        raise PluginRefused(made.message, hint=made.hint, diagnostics=[made], sources=dict(plugins.sources))
    return made


def _listed(observer: str, plugins: PluginsFound) -> Listed:
    """Find an observer in plugins.yaml, be it switched off there."""
    file = plugins.ground.documents.plugins_file
    ids = [entry.id for entry in file.definition.plugins] if file else []
    if file is None or observer not in ids:
        where = f'"{file.document.source.name}"' if file else "a plugins.yaml: there is none"
        raise InputError.of(
            Diagnostic(
                code="AF-O109",
                message=f'no observer has the id "{observer}" in {where}',
                label=did_you_mean(observer, ids),
                hint=f"it lists {', '.join(ids)}"
                if ids
                else "list it under `plugins`, or name the file by --plugins-file",
            )
        )
    return Listed(file, ids.index(observer))
