"""What plugins are certain to be refused for, told from their text: a run tells it when it loads them."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution, Kind
from aetherflow.core.operations.plugin_surroundings import keep_readings, open_readings, override_policy
from aetherflow.core.operations.plugins_found import PluginsFound, texts_of
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.catalogue import build_catalogue
from aetherflow.core.plugins.contributions import static_contributions
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.installed_modules import is_installed
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.strictness import as_warning

#: By the ids of plugins.
Refusals = Mapping[str, Sequence[Diagnostic]]


def with_code_refusals(prepared: Prepared, here: PluginsFound) -> Prepared:
    """Add what loading would refuse; where nobody is strict, judge the flow without what would be absent then."""
    readings = open_readings(here.ground)
    refusals = {plugin.source.id: _refusals(plugin, readings) for plugin in here.found.plugins}
    keep_readings(here.ground, readings)
    news = [each for found in refusals.values() for each in found if each not in prepared.diagnostics]
    if not news:
        return prepared
    surroundings = prepared.surroundings
    if here.found.strict:
        errors = [finding for finding in news if finding.severity is Severity.ERROR]
        judged = prepared.judged_by(surroundings.registry, surroundings.absent_plugins, news, errors)
    else:
        contributions = list(_left(here, refusals))
        everything = [*builtin_registry().contributions(), *contributions, *here.ground.embedded]
        registry = build_catalogue(everything, override_policy(here.ground)).registry
        left_out = {**surroundings.absent_plugins.left_out, **dict(_left_out(here, contributions))}
        absent = replace(surroundings.absent_plugins, left_out=left_out)
        judged = prepared.judged_by(registry, absent, map(as_warning, news), ())
    return replace(judged, sources={**texts_of(news), **judged.sources})


def _refusals(plugin: KnownPlugin, readings: FileReadings) -> Sequence[Diagnostic]:
    """Read a plugin, unless this very code was read before, nothing was wrong, and what it needs is here."""
    needs = readings.needs_when_sound(plugin.digest)
    if needs is not None and all(map(is_installed, needs)):
        return ()
    from aetherflow.core.plugins.doctor.load_refusals import load_refusals  # deferred: only wanted after an edit

    refusals = load_refusals(plugin.source)
    if not refusals.findings:
        readings.record_sound(plugin.digest, refusals.needs)
    return refusals.findings


def _left(here: PluginsFound, refusals: Refusals) -> Iterator[Contribution]:
    """Give what the plugins would still register: each module of a folder fails for itself, all others as a whole."""
    for plugin in here.found.plugins:
        errors = [each for each in refusals[plugin.source.id] if each.severity is Severity.ERROR]
        failing = {each.span.file for each in errors if each.span}
        if plugin.source.form == "folder" or not errors:
            yield from (each for each in static_contributions(plugin) if each.file not in failing)


def _left_out(here: PluginsFound, left: Sequence[Contribution]) -> Iterator[tuple[tuple[Kind, str], str]]:
    kept = {(each.plugin, each.kind, each.name) for each in left}
    for plugin in here.found.plugins:
        for kind, name in _names(plugin):
            if (plugin.source.id, kind, name) not in kept:
                yield (kind, name), plugin.source.name


def _names(plugin: KnownPlugin) -> Iterator[tuple[Kind, str]]:
    return ((each.kind, each.name) for each in plugin.contents.provides)
