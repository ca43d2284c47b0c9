"""Loads a plugin: its modules are run from its snapshot, and what they register is collected and checked."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.plugins.loading.contract import broken_contracts
from aetherflow.core.plugins.loading.findings import import_finding, line_span
from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin, LoadFailure
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin, Registered
from aetherflow.core.plugins.loading.plugin_finder import plugin_finder
from aetherflow.core.plugins.loading.print_watch import PrintWatch
from aetherflow.core.plugins.loading.snapshot import Snapshot
from aetherflow.core.plugins.loading.standard_output import stdout_diverted
from aetherflow.core.plugins.loading.surroundings import SideEffect, Surroundings
from aetherflow.core.plugins.plugin_source import Unit


def load_plugin(snapshot: Snapshot, clock: Callable[[], float] = time.perf_counter) -> LoadedPlugin:
    """Import a plugin's units, each once per process: the same snapshot gives the same value again.

    Whatever is wrong with the plugin is in the value; a KeyboardInterrupt and an Interrupted alone are raised.
    """
    finder = plugin_finder()
    with finder.lock:
        plugin = finder.mount(snapshot)
        loaded = finder.loaded.get(plugin.name)
        if loaded is None:
            loaded = finder.loaded[plugin.name] = _load(plugin, clock)
        return loaded


def _load(plugin: MountedPlugin, clock: Callable[[], float]) -> LoadedPlugin:
    imported_before = plugin.imported_before()
    with _watched(plugin) as effects:
        started = clock()
        failures = list(_import_units(plugin))
        seconds = clock() - started
        registered = [each for each in plugin.registered if each.module not in plugin.failed]
        broken = list(broken_contracts(plugin, registered))
        if any(each.kind == "plugin" for each in registered):
            from aetherflow.core.plugins.loading.class_tools import with_class_tools  # deferred: few plugins have any

            registered, broken = with_class_tools(plugin, registered, broken)
    failures += [LoadFailure(each.module, finding) for each, finding in broken]
    return LoadedPlugin(
        name=plugin.name,
        snapshot=plugin.snapshot,
        contributions=_sound(plugin, registered, failures),
        failures=tuple(failures),
        side_effects=tuple(effects),
        import_seconds=seconds,
        imported_before=imported_before,
    )


@contextmanager
def _watched(plugin: MountedPlugin) -> Iterator[list[SideEffect]]:
    """Keep stdout clean, put back what the plugin changes, and list it: the list is complete after the block."""
    effects: list[SideEffect] = []
    before = Surroundings()
    prints = PrintWatch(plugin)
    try:
        with stdout_diverted(prints.saw_one, lambda: effects.append(SideEffect("sys.stdout", ""))):
            yield effects
    finally:
        effects += [*prints.seen, *before.changes(plugin.snapshot.root)]
        before.put_back()


def _import_units(plugin: MountedPlugin) -> Iterator[LoadFailure]:
    for unit in plugin.snapshot.units:
        finding = _import_unit(plugin, unit)
        if finding is not None:
            yield LoadFailure(plugin.snapshot.name_of(unit.module), finding)
            if plugin.snapshot.form != "folder":
                return  # a package is one unit of failure: what comes after would only fail by the first


def _import_unit(plugin: MountedPlugin, unit: Unit) -> Diagnostic | None:
    module = plugin.snapshot.name_of(unit.module)
    try:
        imported = import_module(plugin.full_name(module))
        missing = [name for name in unit.attributes if not hasattr(imported, name.partition(".")[0])]
    except (KeyboardInterrupt, Interrupted):
        raise  # a person's wish, whatever code was running
    except BaseException as error:  # noqa: BLE001  # foreign code: SystemExit, and exceptions of its own making, too
        return import_finding(plugin, module, error)
    if unit.compilers and not missing:
        from aetherflow.core.plugins.loading.entry_compilers import entry_compilers  # deferred: few packages have any

        plugin.registered += entry_compilers(plugin, unit, imported)
    return _missing_attribute(plugin, unit, missing[0]) if missing else None


def _missing_attribute(plugin: MountedPlugin, unit: Unit, name: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P506",
        message=f'the entry point names "{name}", which the module "{unit.module}" does not have',
        hint="correct the entry point in pyproject.toml, and install the package anew",
        span=line_span(plugin, plugin.snapshot.path_of(unit.file), 1),
    )


def _sound(plugin: MountedPlugin, registered: list[Registered], failures: list[LoadFailure]) -> tuple[Registered, ...]:
    """Give what the modules without failures have registered; a package has failed as a whole."""
    if failures and plugin.snapshot.form != "folder":
        return ()
    failed = {failure.module for failure in failures}
    return tuple(each for each in registered if each.module not in failed)
