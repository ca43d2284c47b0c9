"""The plugins of a run: their code is run, and what they register takes the place of what was read of them."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors, in_order_of_place
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.masked_refusals import masked_refusals
from aetherflow.core.operations.plugin_ground import PluginGround
from aetherflow.core.operations.plugin_surroundings import keep_readings, open_readings, override_policy
from aetherflow.core.operations.plugins_found import PluginsFound, texts_of
from aetherflow.core.operations.preparation import Prepared, config_findings_of
from aetherflow.core.operations.run_plugins import RunPlugin
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.catalogue import Catalogue, build_catalogue
from aetherflow.core.plugins.contributions import declared_alike, loaded_contributions, provided_by
from aetherflow.core.plugins.loading.host import IN_PROCESS
from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin
from aetherflow.core.plugins.loading.loading_plugins import PluginLoad, load_plugins
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.strictness import as_warning
from aetherflow.core.plugins.tracing import Trace
from aetherflow.core.processes.interrupts import ended_by_a_second_interrupt
from aetherflow.core.validation.absent_plugins import AbsentPlugins


class RunPlugins(Struct, frozen=True, kw_only=True):
    """What the loads have given: who registers what, who does not, and what is to be told of it."""

    catalogue: Catalogue
    absent: AbsentPlugins
    loaded: tuple[RunPlugin, ...]
    diagnostics: tuple[Diagnostic, ...]


def with_loaded_plugins(prepared: Prepared, trace: Trace) -> tuple[Prepared, tuple[RunPlugin, ...]]:
    """Load the plugins of a run; its flow is judged anew where they register other things than could be read."""
    here = prepared.plugins
    if here is None or not here.found.plugins:
        return prepared, ()
    with masked_refusals(prepared.masker):
        run_plugins = load_for_run(here, trace)
    told = (*run_plugins.diagnostics, *_config_findings(here, run_plugins.catalogue))
    news = [finding for finding in told if finding not in prepared.diagnostics]
    registry = run_plugins.catalogue.registry
    if declared_alike(registry.contributions(), prepared.registry.contributions()):
        findings = in_order_of_place([*prepared.diagnostics, *news])
        surroundings = replace(prepared.surroundings, registry=registry)
        return replace(prepared, surroundings=surroundings, diagnostics=findings), run_plugins.loaded
    judged = prepared.judged_by(registry, run_plugins.absent, news, ())
    judged = replace(judged, sources={**texts_of(news), **judged.sources})
    judged.checked_flow()
    return judged, run_plugins.loaded


def _config_findings(here: PluginsFound, catalogue: Catalogue) -> list[Diagnostic]:
    """Hold what plugins are given against schemas that only their code knows."""
    return config_findings_of(replace(here, found=replace(here.found, catalogue=catalogue)))


def load_for_run(here: PluginsFound, trace: Trace) -> RunPlugins:
    """Load every plugin; raises PluginRefused at the first one with a fault, where plugins are loaded strictly."""
    found, ground = here.found, here.ground
    with ended_by_a_second_interrupt():
        loads = list(_loads(found, trace))
    _record(ground, loads)
    of_plugins = [each for load in loads for each in _contributions(load)]
    everything = [*builtin_registry().contributions(), *of_plugins, *ground.embedded]
    catalogue = build_catalogue(everything, override_policy(ground))
    conflicts = [finding.diagnostic for finding in catalogue.findings]
    if found.strict and has_errors(conflicts):
        raise PluginRefused(conflicts[0].message, hint=conflicts[0].hint, diagnostics=conflicts)
    failures = [finding for load in loads if load.error for finding in load.error.diagnostics]
    return RunPlugins(
        catalogue=catalogue,
        absent=_absent(here, loads),
        loaded=tuple(_run_plugin(load, load.loaded) for load in loads if load.loaded),
        diagnostics=(
            *(as_warning(finding) for finding in (*failures, *conflicts)),
            *(finding for load in loads for finding in load.warnings),
        ),
    )


def _loads(found: PluginSet, trace: Trace) -> Iterator[PluginLoad]:
    for load in load_plugins(found, IN_PROCESS, trace):
        if load.error and found.strict:
            raise load.error
        yield load


def _absent(here: PluginsFound, loads: list[PluginLoad]) -> AbsentPlugins:
    """Say of what could be read, or is declared, and was not registered, whose it is."""
    absent = here.absent()
    left_out, unregistered = dict(absent.left_out), dict(absent.unregistered)
    for load in loads:
        registered = load.loaded.contributions if load.loaded else ()
        names = {(each.kind, each.name) for each in registered}
        for each in load.plugin.contents.provides:
            if (each.kind, each.name) in names or each.kind == "observer":
                continue
            if load.error:
                left_out[each.kind, each.name] = load.plugin.source.name
            else:
                unregistered[each.kind, each.name] = here.place_of(load.plugin, each)
    return replace(absent, unread=(), left_out=left_out, unregistered=unregistered)


def _contributions(load: PluginLoad) -> list[Contribution]:
    return loaded_contributions(load.plugin.source, load.loaded) if load.loaded else []


def _run_plugin(load: PluginLoad, loaded: LoadedPlugin) -> RunPlugin:
    source = load.plugin.source
    return RunPlugin(
        id=source.id,
        name=source.name,
        version=source.version,
        origin=source.origin.kind,
        digest=loaded.snapshot.digest,
        isolation=IN_PROCESS.level,
        import_seconds=loaded.import_seconds,
        loaded_as=loaded.name,
    )


def _record(ground: PluginGround, loads: list[PluginLoad]) -> None:
    """Keep what was registered by plugins whose text does not tell, so that they are known without running them."""
    unread = [load.loaded for load in loads if load.loaded and not load.plugin.contents.is_complete]
    if unread:
        readings = open_readings(ground)
        for loaded in filter(_is_sound, unread):
            readings.record(loaded.snapshot.digest, provided_by(loaded))
        keep_readings(ground, readings)


def _is_sound(loaded: LoadedPlugin) -> bool:
    return not loaded.failures
