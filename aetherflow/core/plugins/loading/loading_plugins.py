"""Loads the plugins of a set, one after another: read, compared with the lock, run."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.loading.host import PluginHost
from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin, refusal
from aetherflow.core.plugins.loading.snapshot import Snapshot, read_snapshot
from aetherflow.core.plugins.lock_file import lock_findings
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.tracing import PluginOperation, Trace, trace_nothing
from aetherflow.core.processes.own_process import in_this_process_alone

_SHORT_DIGEST = len("sha256:") + 12


class PluginLoad(Struct, frozen=True, kw_only=True):
    """One plugin's load. ``error`` says why it, or a part of it, is absent; ``loaded`` is None where nothing ran."""

    plugin: KnownPlugin
    loaded: LoadedPlugin | None
    error: PluginRefused | None
    warnings: tuple[Diagnostic, ...] = ()


def load_plugins(found: PluginSet, host: PluginHost, trace: Trace = trace_nothing) -> Iterator[PluginLoad]:
    """Load the plugins in their order; each is loaded when the one before has been looked at.

    All are read before the first one runs: none can write what another one executes.
    """
    for read in [_read(plugin, found) for plugin in found.plugins]:
        load = _load(read, host)
        _tell(load, trace)
        yield load


class _Read(Struct, frozen=True):
    plugin: KnownPlugin
    snapshot: Snapshot | None
    error: PluginRefused | None = None
    warnings: tuple[Diagnostic, ...] = ()


def _read(plugin: KnownPlugin, found: PluginSet) -> _Read:
    try:
        snapshot = read_snapshot(plugin.source)
        return _Read(plugin, snapshot, warnings=tuple(_drift(plugin, snapshot, found)))
    except PluginRefused as error:
        return _Read(plugin, None, error)


def _load(read: _Read, host: PluginHost) -> PluginLoad:
    if read.snapshot is None:
        return PluginLoad(plugin=read.plugin, loaded=None, error=read.error)
    with in_this_process_alone():
        loaded = host.load(read.snapshot)
    return PluginLoad(plugin=read.plugin, loaded=loaded, error=refusal(loaded), warnings=read.warnings)


def _drift(plugin: KnownPlugin, snapshot: Snapshot, found: PluginSet) -> list[Diagnostic]:
    """Compare the very bytes that are about to run with the lock; raises PluginRefused where that forbids them."""
    if found.lock is None:
        return []
    findings = lock_findings(found.lock, plugin.source, snapshot.file_digests, found.mode)
    if has_errors(findings):
        raise PluginRefused(findings[0].message, hint=findings[0].hint, diagnostics=findings)
    # What was so before it was read has been told already.
    return findings if snapshot.file_digests != plugin.file_digests else []


def _tell(load: PluginLoad, trace: Trace) -> None:
    name = load.plugin.source.id
    if load.loaded is None:
        trace(PluginOperation(operation="load", plugin=name, outcome=f"refused: {load.error}", failed=True))
        return
    loaded = load.loaded
    trace(
        PluginOperation(
            operation="load",
            plugin=name,
            outcome=f"failed: {load.error}" if load.error else f"loaded {loaded.snapshot.digest[:_SHORT_DIGEST]}",
            failed=load.error is not None,
            seconds=loaded.import_seconds,
        )
    )
    for each in loaded.contributions:
        place = f"{each.file}:{each.line}"
        trace(PluginOperation(operation="register", plugin=name, name=f"{each.kind} {each.name}", outcome=place))
