"""The import of one plugin, as the process that imports plugins does it and tells of it."""

import os
from collections.abc import Mapping
from types import TracebackType

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import Interrupted, PluginRefused
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.contributions import provided_by
from aetherflow.core.plugins.in_child.endings import changed, interrupting, line_place
from aetherflow.core.plugins.in_child.messages import ChildLoad, transferable
from aetherflow.core.plugins.in_child.work import PluginWork
from aetherflow.core.plugins.loading.host import IN_PROCESS
from aetherflow.core.plugins.loading.load_warnings import load_warnings
from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin
from aetherflow.core.plugins.loading.snapshot import Snapshot, read_snapshot
from aetherflow.core.processes.group import living_members
from aetherflow.core.processes.leftovers import marked_processes


def import_plugin(task: PluginWork, token: str) -> ChildLoad:
    """Import a plugin; raises nothing that the plugin can cause."""
    before = _processes(token)
    load = _import(task)
    left = _processes(token) - before
    return replace(load, findings=(*load.findings, _leaves_processes(load.plugin, len(left)))) if left else load


def _import(task: PluginWork) -> ChildLoad:
    plugin = task.source.id
    try:
        snapshot = read_snapshot(task.source)
    except PluginRefused as refused:
        return ChildLoad(plugin=plugin, findings=refused.diagnostics)
    files = _differing(snapshot.file_digests, task.file_digests)
    if files:
        # It may not be what the lock allows, and it is not what everything else is said of.
        return ChildLoad(plugin=plugin, findings=(changed(plugin, files),))
    try:
        return _described(IN_PROCESS.load(snapshot))
    except (KeyboardInterrupt, Interrupted) as raised:
        # No person's: the process has no terminal, and is in a session of its own.
        finding = interrupting(plugin, raised, _own_place(snapshot, raised.__traceback__))
        return ChildLoad(plugin=plugin, findings=(finding,), digest=snapshot.digest)


def _described(loaded: LoadedPlugin) -> ChildLoad:
    return ChildLoad(
        plugin=loaded.snapshot.plugin,
        contributions=tuple(map(transferable, provided_by(loaded))),
        findings=(
            *(failure.diagnostic for failure in loaded.failures),
            *load_warnings(loaded),
        ),
        import_seconds=loaded.import_seconds,
        digest=loaded.snapshot.digest,
        level=IN_PROCESS.level,
    )


def _differing(now: Mapping[str, str], known: Mapping[str, str]) -> list[str]:
    return sorted(file for file in now.keys() | known.keys() if now.get(file) != known.get(file))


def _own_place(snapshot: Snapshot, trace: TracebackType | None) -> Span | None:
    """Give the innermost line of the plugin's own."""
    found = None
    paths = {snapshot.path_of(file) for file in snapshot.sources}
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in paths:
            found = line_place(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _processes(token: str) -> set[int]:
    """Give the other living processes that plugins have started, whatever session they are in."""
    return (marked_processes([token]) | set(living_members(os.getpgrp()))) - {os.getpid()}


def _leaves_processes(plugin: str, count: int) -> Diagnostic:
    processes = "a process" if count == 1 else f"{count} processes"
    return Diagnostic(
        code="AF-P520",
        severity=Severity.WARNING,
        message=f'importing the plugin "{plugin}" leaves {processes} running',
        hint="start it in the step, with `ctx.run_process`",
    )
