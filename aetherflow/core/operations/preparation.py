"""What validate, dry run and run have in common: everything read that can be read before a flow runs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.compilers.fetch import fetch_source
from aetherflow.core.connectors.profiles import declared_secrets, load_profiles_for
from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors, in_order_of_place
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.registry import Registry
from aetherflow.core.documents.flow_reader import LoadedFlow, load_flow
from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source
from aetherflow.core.environment.masking import Masker, secrets_of_environment, short_secret_note
from aetherflow.core.environment.settings import Settings, read_settings, unknown_settings
from aetherflow.core.environment.snapshot import Snapshot, take_snapshot
from aetherflow.core.operations.requests import FlowRequest
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.embedding import with_marked
from aetherflow.core.state.workspace import layout_findings
from aetherflow.core.validation.validate import Surroundings, validate_flow

Value = TypeVar("Value")


class Prepared(Struct, frozen=True, kw_only=True):
    """A flow as it was read and judged. ``flow`` is None where it could not be read at all."""

    source: Source | None
    flow: LoadedFlow | None
    flow_dir: Path
    registry: Registry
    snapshot: Snapshot
    settings: Settings
    profiles: LoadedProfiles
    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    masker: Masker

    def checked_flow(self) -> LoadedFlow:
        """Give the flow where nothing is wrong with it; else InputError with all findings."""
        if self.flow is None or has_errors(self.diagnostics):
            raise self.refusal("the flow cannot run", self.diagnostics)
        return self.flow

    def refusal(self, message: str, diagnostics: list[Diagnostic]) -> InputError:
        """Make the error that shows findings with their source lines, masked."""
        return InputError(message, diagnostics=diagnostics, sources=self.sources, mask=self.masker.mask_text)


def prepare(request: FlowRequest) -> Prepared:
    """Read the environment, the flow and its profiles, and say everything that is wrong with them. Runs nothing."""
    findings = _Findings()
    snapshot = take_snapshot(request.environ)
    findings.add(snapshot.diagnostics)
    settings = findings.or_default(lambda: read_settings(snapshot), Settings())
    source = findings.or_none(lambda: fetch_source(request.flow, stdin=request.stdin))
    flow_dir = _directory_of(request.flow)
    profiles = findings.or_default(lambda: load_profiles_for(settings, flow_dir), LoadedProfiles(None, {}))
    flow = _read_flow(source, request.workflow, findings) if source else None
    registry = with_marked(builtin_registry(), request.plugins)
    if flow:
        findings.add(validate_flow(flow, _surroundings(request, registry, profiles, snapshot, settings)))
        findings.add(_layout_findings(flow))
    masker = _masker(snapshot, settings, flow, profiles)
    findings.add(unknown_settings(snapshot.values))
    findings.add(_short_secrets(masker, source))
    return Prepared(
        source=source,
        flow=flow,
        flow_dir=flow_dir,
        registry=registry,
        snapshot=snapshot,
        settings=settings,
        profiles=profiles,
        diagnostics=in_order_of_place(findings.found),
        sources={**findings.sources, **dict(_sources(source, profiles))},
        masker=masker,
    )


class _Findings:
    """Collects findings, also those that arrive as errors."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.sources: dict[str, str] = {}

    def add(self, diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> None:
        self.found += diagnostics

    def or_none(self, read: Callable[[], Value]) -> Value | None:
        try:
            return read()
        except InputError as error:
            self.found += error.diagnostics
            self.sources.update(error.sources)
            return None

    def or_default(self, read: Callable[[], Value], default: Value) -> Value:
        value = self.or_none(read)
        return default if value is None else value


def _read_flow(source: Source, workflow: str | None, findings: _Findings) -> LoadedFlow | None:
    reading = read_document(source)
    findings.add(reading.diagnostics)
    if reading.document is None:
        return None
    flow_reading = load_flow(reading.document, workflow=workflow)
    findings.add(flow_reading.diagnostics)
    return flow_reading.flow


def _surroundings(
    request: FlowRequest, registry: Registry, profiles: LoadedProfiles, snapshot: Snapshot, settings: Settings
) -> Surroundings:
    return Surroundings(
        registry=registry,
        profiles=profiles,
        environment=snapshot.values,
        strict_env=request.strict_env or settings.validate_env_strict,
        secrets_hook_configured=bool(settings.secrets_module or settings.secrets_path),
    )


def _layout_findings(flow: LoadedFlow) -> list[Diagnostic]:
    findings = layout_findings(flow.definition.flow.workspace.layout)
    return [replace(finding, span=flow.span(*finding.path)) for finding in findings]


def _short_secrets(masker: Masker, source: Source | None) -> list[Diagnostic]:
    """Note those that the flow itself names: others are as they are on every run on this machine."""
    named = [origin for origin in masker.short_secrets if source and origin.replace(":", ".") in source.text]
    return [short_secret_note(named)] if named else []


def _masker(snapshot: Snapshot, settings: Settings, flow: LoadedFlow | None, profiles: LoadedProfiles) -> Masker:
    masker = Masker()
    for origin, value in secrets_of_environment(snapshot, settings.secret_env):
        masker.add(origin, value)
    for name, resource in (flow.definition.resources if flow else {}).items():
        for origin, value in declared_secrets(name, resource, profiles):
            masker.add(origin, value)
    return masker


def _sources(source: Source | None, profiles: LoadedProfiles) -> Iterator[tuple[str, str]]:
    if source:
        yield source.name, source.text
    if profiles.document:
        yield profiles.document.source.name, profiles.document.source.text


def _directory_of(flow: str) -> Path:
    path = Path(flow.removeprefix("file://"))
    return path.absolute().parent if path.exists() else Path.cwd()
