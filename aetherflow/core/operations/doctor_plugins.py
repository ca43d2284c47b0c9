"""`plugins doctor`: everything that can be found wrong with plugins; none of their code runs, unless asked for."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.environment.settings import unknown_settings
from aetherflow.core.operations.config_findings import config_findings
from aetherflow.core.operations.loaded_in_child import SECONDS_PER_PLUGIN, loads_in_child
from aetherflow.core.operations.merged_findings import in_order, sources_of, told_once, with_short_paths
from aetherflow.core.operations.override_lists import idle_overrides
from aetherflow.core.operations.plugin_documents import PluginDocuments
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import fresh_readings, gathered_through, keep_readings
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.contents import differences_from
from aetherflow.core.plugins.contributions import static_contributions
from aetherflow.core.plugins.doctor.checks import check_plugin, check_surroundings
from aetherflow.core.plugins.doctor.start_up import this_start_up
from aetherflow.core.plugins.doctor.start_up_code import is_well_known
from aetherflow.core.plugins.in_child.messages import ChildLoad
from aetherflow.core.plugins.inventory import KnownPlugin, by_id
from aetherflow.core.plugins.lock_comparison import lock_drift
from aetherflow.core.plugins.lock_file import read_lock
from aetherflow.core.plugins.locking import locking_of
from aetherflow.core.plugins.look_alikes import look_alike_findings
from aetherflow.core.plugins.name_conflicts import scheme_findings, tie_break_findings
from aetherflow.core.plugins.origins import refusal_findings
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.strictness import of_plugin
from aetherflow.core.plugins.written_lists import WrittenList, package_findings


class DoctorReport(Struct, frozen=True, kw_only=True):
    """All findings, each once, in order of place; files below the current directory are named relative to it.

    ``examined`` are the plugins by their ids, those that load in load order, then those that are left out; the
    built-ins are not among them, nor are the ``disabled`` ones. ``imported`` is None where none was to be. ``sources``
    holds the texts of the files that findings point into. ``well_known`` is what nearly every Python runs when it
    starts: it is none of the findings, and told to whoever wants to be told everything.
    """

    examined: tuple[str, ...]
    imported: tuple[str, ...] | None
    findings: tuple[PluginFinding, ...]
    well_known: tuple[PluginFinding, ...]
    sources: Mapping[str, str]
    mask: Callable[[str], str]
    disabled: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return sum(each.diagnostic.severity is severity for each in self.findings)

    def is_ok(self, *, strict: bool) -> bool:
        """Tell whether nothing was found that counts: errors do, and warnings for those who are strict."""
        return not self.count(Severity.ERROR) and not (strict and self.count(Severity.WARNING))


def doctor(
    request: SurroundingsRequest, *, loaded: bool, seconds_per_plugin: float = SECONDS_PER_PLUGIN
) -> DoctorReport:
    """Examine the plugins of some surroundings; with ``loaded`` they are imported, in a process of their own.

    Raises InputError or PluginRefused for what is no plugin's affair: settings, manifest, plugins file.
    """
    ground = plugin_ground(request)
    # What the index knows of files is trusted for listing; whoever examines looks at the files themselves.
    readings = fresh_readings(ground)
    found = gathered_through(ground, readings, read_lock(ground.lock_file, ground.lock_name))
    keep_readings(ground, readings)
    findings = [
        *of_plugin("", unknown_settings(ground.snapshot.values)),
        *_known_without_running(found, request),
        *of_plugin("", _words_without_effect(ground.documents, found)),
        *of_plugin("", config_findings(found, ground.documents.plugins_file)),
    ]
    loads = loads_in_child(found.plugins, request.environ, seconds_per_plugin=seconds_per_plugin) if loaded else []
    findings += _known_by_running(found.plugins, loads)
    findings += look_alike_findings(_named(found, loads), found.mode)
    findings = in_order(with_short_paths(each, ground.cwd) for each in told_once(findings))
    return DoctorReport(
        examined=tuple(plugin.source.id for plugin in found.all_plugins()),
        imported=tuple(load.plugin for load in loads) if loaded else None,
        findings=tuple(each for each in findings if not is_well_known(each.diagnostic)),
        well_known=tuple(each for each in findings if is_well_known(each.diagnostic)),
        sources={**sources_of(findings), **ground.documents.sources},
        mask=masker_of(ground).mask_text,
        disabled=tuple(left.plugin.source.id for left in found.disabled),
    )


def _known_without_running(found: PluginSet, request: SurroundingsRequest) -> Iterator[PluginFinding]:
    yield from found.findings
    yield from of_plugin("", refusal_findings(found.origins.refused))
    yield from of_plugin("", check_surroundings(this_start_up(request.environ), mode=found.mode))
    for plugin in found.all_plugins():
        yield from of_plugin(plugin.source.id, check_plugin(plugin, mode=found.mode, user_id=os.geteuid()))
    yield from tie_break_findings(found)
    yield from scheme_findings(found.catalogue)
    yield from _gone_from_lock(found)


def _words_without_effect(documents: PluginDocuments, found: PluginSet) -> Iterator[Diagnostic]:
    manifest = documents.manifest
    if manifest:
        packages, place = manifest.definition.trust.packages, partial(manifest.span, "trust", "packages")
        yield from package_findings(WrittenList("trust.packages", "the manifest", packages, place), found)
    yield from idle_overrides(documents, found)


def _gone_from_lock(found: PluginSet) -> Iterator[PluginFinding]:
    """Warn of plugins that are locked and not there; what differs in the others is among the set's own findings."""
    if found.lock is None:
        return
    names = {plugin.source.name for plugin in found.known_plugins()}
    for each in lock_drift(found.lock, locking_of(found.plugins).entries, lambda place: None):
        if each.diagnostic.code == "AF-P404" and each.plugin not in names:
            yield replace(each, diagnostic=replace(each.diagnostic, severity=Severity.WARNING))


def _known_by_running(plugins: Iterable[KnownPlugin], loads: Iterable[ChildLoad]) -> Iterator[PluginFinding]:
    known = by_id(plugins)
    for load in loads:
        yield from of_plugin(load.plugin, load.findings)
        if not any(finding.severity is Severity.ERROR for finding in load.findings):
            yield from of_plugin(load.plugin, differences_from(known[load.plugin].source, load.contributions))


def _named(found: PluginSet, loads: Iterable[ChildLoad]) -> Iterator[Contribution]:
    """Give everything that has a name, and what is only known by a load."""
    yield from found.catalogue.contributions
    known = by_id(found.plugins)
    for load in loads:
        plugin = known[load.plugin]
        if not plugin.contents.is_complete:
            new = [each for each in load.contributions if each not in plugin.contents.provides]
            yield from static_contributions(replace(plugin, contents=replace(plugin.contents, provides=tuple(new))))
