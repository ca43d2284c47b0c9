"""What validate, dry run and run have in common: everything read that can be read before a flow runs."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.compilers.fetch import fetch_source
from aetherflow.core.compilers.uri import is_compiled
from aetherflow.core.connectors.profiles import declared_secrets, load_profiles_for
from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors, in_order_of_place
from aetherflow.core.contracts.errors import AetherFlowError, FlowInvalid, PluginRefused
from aetherflow.core.contracts.registry import Contribution, Registry
from aetherflow.core.documents.flow_reader import LoadedFlow, load_flow
from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source
from aetherflow.core.environment.masking import Masker, short_secret_note
from aetherflow.core.environment.settings import Settings, unknown_settings
from aetherflow.core.environment.snapshot import Snapshot
from aetherflow.core.operations.bundle_plugins import NO_BUNDLE
from aetherflow.core.operations.collected_findings import CollectedFindings
from aetherflow.core.operations.flow_ground import FlowGround, FlowPlace, flow_ground
from aetherflow.core.operations.plugin_documents import with_plugins_file
from aetherflow.core.operations.plugins_found import PluginsFound, find_plugins
from aetherflow.core.operations.requests import FlowRequest
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.embedding import embedded_contributions
from aetherflow.core.state.workspace import layout_findings
from aetherflow.core.validation.absent_plugins import AbsentPlugins
from aetherflow.core.validation.validate import Surroundings, validate_flow

if TYPE_CHECKING:
    from aetherflow.core.operations.compiling.compiled_source import CompiledSource
    from aetherflow.core.operations.flow_bundle import FlowBundle  # flows without a bundle do without all of it


class Prepared(Struct, frozen=True, kw_only=True):
    """A flow as it was read and judged. ``flow`` is None where it could not be read at all.

    ``flow_dir`` is the flow's folder, ``base_dir`` what paths that it writes to are relative to. ``findings`` are about
    everything around the flow, ``refusals`` those of them that refuse a plugin; ``diagnostics`` are all, those of the
    flow included, in order of place. ``plugins`` is None where none could be looked for.
    """

    source: Source | None
    flow: LoadedFlow | None
    flow_dir: Path
    base_dir: Path
    bundle: "FlowBundle | None"
    plugins: PluginsFound | None
    surroundings: Surroundings
    snapshot: Snapshot
    settings: Settings
    profiles: LoadedProfiles
    findings: list[Diagnostic]
    refusals: list[Diagnostic]
    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    masker: Masker

    @property
    def registry(self) -> Registry:
        """Everything that the flow may name."""
        return self.surroundings.registry

    def checked_flow(self) -> LoadedFlow:
        """Give the flow where nothing is wrong with it; else the refusal with all findings."""
        if self.flow is None or has_errors(self.diagnostics):
            raise self.refusal("the flow cannot run", self.diagnostics)
        return self.flow

    def refusal(self, message: str, diagnostics: list[Diagnostic]) -> AetherFlowError:
        """Make the error that shows findings with their source lines, masked: PluginRefused if plugins are all."""
        others = [finding for finding in diagnostics if finding not in self.refusals]
        error = PluginRefused if self.refusals and not has_errors(others) else FlowInvalid
        return error(message, diagnostics=diagnostics, sources=self.sources, mask=self.masker.mask_text)

    def judged_by(
        self, registry: Registry, absent: AbsentPlugins, findings: Iterable[Diagnostic], refusals: Iterable[Diagnostic]
    ) -> "Prepared":
        """Judge the flow anew, by what more is known of plugins: what they register, and what refuses them."""
        surroundings = replace(self.surroundings, registry=registry, absent_plugins=absent)
        about_flow = validate_flow(self.flow, surroundings) if self.flow else []
        around = [*self.findings, *findings]
        return replace(
            self,
            surroundings=surroundings,
            findings=around,
            refusals=[*self.refusals, *refusals],
            diagnostics=in_order_of_place([*around, *about_flow]),
        )


def prepare(request: FlowRequest) -> Prepared:
    """Read the environment, plugins, the flow and its profiles, and say everything that is wrong. Runs nothing."""
    findings = CollectedFindings()
    ground = flow_ground(request, findings)
    place, masker, snapshot = ground.place, ground.masker, ground.snapshot
    compiles = bool(place and request.text is None and is_compiled(place.source))
    source = findings.or_none(lambda: _source_at(place, request)) if place and not compiles else None
    embedded = embedded_contributions(request.plugins)
    plugins = findings.or_none(lambda: _plugins(request, ground, place, embedded)) if place else None
    settings = plugins.ground.settings if plugins else ground.settings
    if plugins:
        findings.add(plugins.input_errors)
        findings.add_refusals(plugins.told, plugins.sources)
        findings.add(_setting_findings(plugins))
        findings.add(config_findings_of(plugins))
        findings.add(_compiler_setting_findings(plugins))
        _add_observer_findings(findings, plugins)
    profiles = findings.or_default(lambda: _profiles(settings, ground), LoadedProfiles(None, {}))
    may_compile = compiles and plugins and not has_errors(findings.refusals)
    compiled = findings.or_none(lambda: _compiled(request, ground, plugins)) if may_compile and plugins else None
    source = compiled.source if compiled else source
    findings.add(compiled.diagnostics if compiled else ())
    flow = _read_flow(source, _workflow(request, compiled), findings) if source else None
    surroundings = _surroundings(request, plugins, profiles, snapshot, settings)
    findings.add(_layout_findings(flow) if flow else ())
    _add_declared_secrets(masker, flow, profiles)
    findings.add(unknown_settings(snapshot.values))
    findings.add(_short_secrets(masker, source))
    about_flow = validate_flow(flow, surroundings) if flow else []
    if compiled and not has_errors([*findings.found, *about_flow]):
        compiled.keep()
    return Prepared(
        source=source,
        flow=flow,
        flow_dir=place.folder if place else Path.cwd(),
        base_dir=place.base if place else Path.cwd(),
        bundle=ground.bundle,
        plugins=plugins,
        surroundings=surroundings,
        snapshot=snapshot,
        settings=settings,
        profiles=profiles,
        findings=findings.found,
        refusals=findings.refusals,
        diagnostics=in_order_of_place([*findings.found, *about_flow]),
        sources={**findings.sources, **dict(_sources(source, profiles))},
        masker=masker,
    )


def _source_at(place: FlowPlace, request: FlowRequest) -> Source:
    if request.text is not None:
        return Source(request.text.name, request.text.text)
    source = fetch_source(place.source, stdin=request.stdin)
    return replace(source, name=place.name) if place.name else source


def _compiled(request: FlowRequest, ground: FlowGround, plugins: PluginsFound) -> "CompiledSource":
    from aetherflow.core.operations.compiling.compiled_source import compiled_source  # deferred: most flows are files

    return compiled_source(request, ground, plugins)


def _workflow(request: FlowRequest, compiled: "CompiledSource | None") -> str | None:
    given = compiled.workflow if compiled else request.text.workflow_name if request.text else None
    return request.workflow or given


def _plugins(
    request: FlowRequest, ground: FlowGround, place: FlowPlace, embedded: tuple[Contribution, ...]
) -> PluginsFound:
    bundle = ground.bundle.plugins() if ground.bundle else NO_BUNDLE
    documents = with_plugins_file(ground.documents, request.plugins_file or bundle.plugins_file, place.folder)
    return find_plugins(request, ground.snapshot, ground.settings, documents, embedded, bundle)


def _setting_findings(plugins: PluginsFound) -> list[Diagnostic]:
    file = plugins.ground.documents.plugins_file
    if file is None or not file.definition.settings:
        return []
    from aetherflow.core.operations.plugin_settings import setting_findings  # deferred: mostly there are none

    return list(setting_findings(plugins))


def config_findings_of(plugins: PluginsFound) -> list[Diagnostic]:
    """Hold what plugins are given against the schemas that they bring, where one brings any."""
    if not plugins.found.has_config_schemas:
        return []
    from aetherflow.core.operations.config_findings import config_findings  # deferred: few plugins say what they take

    return list(config_findings(plugins.found, plugins.ground.documents.plugins_file))


def _compiler_setting_findings(plugins: PluginsFound) -> list[Diagnostic]:
    file = plugins.ground.documents.plugins_file
    if file is None or not file.definition.workflow_plugins:
        return []
    from aetherflow.core.operations.compiling.setting_names import unknown_settings  # deferred: mostly there are none

    return list(unknown_settings(file, plugins.found))


def _add_observer_findings(findings: CollectedFindings, plugins: PluginsFound) -> None:
    file = plugins.ground.documents.plugins_file
    if file is None or not file.definition.plugins:
        return
    from aetherflow.core.operations.observing.listed import observer_findings  # deferred: most runs have no observers

    found = observer_findings(plugins)
    findings.add(found.configs)
    findings.add_refusals(found.refusals, plugins.sources)


def _profiles(settings: Settings, ground: FlowGround) -> LoadedProfiles:
    """Load the profiles: those that the environment names, else the bundle's, else those beside the flow."""
    bundle = ground.bundle
    file = bundle.file(bundle.section.layout.profiles_file) if bundle else None
    if file and settings.profiles_json is None and settings.profiles_file is None:
        settings = replace(settings, profiles_file=file)
    return load_profiles_for(settings, ground.place.folder if ground.place else Path.cwd())


def _read_flow(source: Source, workflow: str | None, findings: CollectedFindings) -> LoadedFlow | None:
    reading = read_document(source)
    findings.add(reading.diagnostics)
    if reading.document is None:
        return None
    flow_reading = load_flow(reading.document, workflow=workflow)
    findings.add(flow_reading.diagnostics)
    return flow_reading.flow


def _surroundings(
    request: FlowRequest,
    plugins: PluginsFound | None,
    profiles: LoadedProfiles,
    snapshot: Snapshot,
    settings: Settings,
) -> Surroundings:
    return Surroundings(
        registry=plugins.found.catalogue.registry if plugins else builtin_registry(),
        absent_plugins=plugins.absent() if plugins else AbsentPlugins(are_unknown=True),
        archive_drivers=_archive_drivers(plugins),
        profiles=profiles,
        environment=snapshot.values,
        strict_env=request.strict_env or settings.validate_env_strict,
        secrets_hook_configured=bool(settings.secrets_module or settings.secrets_path),
    )


def _archive_drivers(plugins: PluginsFound | None) -> frozenset[str] | None:
    if plugins is None or plugins.ground.mode == "internal_fast":
        return None
    manifest = plugins.ground.documents.manifest
    return frozenset(manifest.definition.archive_drivers if manifest else ())


def _layout_findings(flow: LoadedFlow) -> list[Diagnostic]:
    findings = layout_findings(flow.definition.flow.workspace.layout)
    return [replace(finding, span=flow.span(*finding.path)) for finding in findings]


def _short_secrets(masker: Masker, source: Source | None) -> list[Diagnostic]:
    """Note those that the flow itself names: others are as they are on every run on this machine."""
    named = [origin for origin in masker.short_secrets if source and origin.replace(":", ".") in source.text]
    return [short_secret_note(named)] if named else []


def _add_declared_secrets(masker: Masker, flow: LoadedFlow | None, profiles: LoadedProfiles) -> None:
    for name, resource in (flow.definition.resources if flow else {}).items():
        for origin, value in declared_secrets(name, resource, profiles):
            masker.add(origin, value)


def _sources(source: Source | None, profiles: LoadedProfiles) -> Iterator[tuple[str, str]]:
    if source:
        yield source.name, source.text
    if profiles.document:
        yield profiles.document.source.name, profiles.document.source.text
