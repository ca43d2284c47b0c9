"""What the manifest says of its bundle, made ready for fetching and reading: templates rendered, secrets decoded."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, get_args

from aetherflow.core.bundles.shown_manifest import shown_manifest
from aetherflow.core.bundles.source_rendering import rendered_location, rendered_ref
from aetherflow.core.bundles.source_resource import source_resource
from aetherflow.core.bundles.values import BundleSource, SourceKey
from aetherflow.core.connectors.resources import ResolvedResource
from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.documents.bundle_section import BundleSection
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.environment.env_files import EnvFile
from aetherflow.core.environment.masking import Masker
from aetherflow.core.environment.secrets_hook import SecretsHook
from aetherflow.core.resolution.scope import Scope

Value = TypeVar("Value")

_NO_PROFILES = LoadedProfiles()


def bundle_source(
    manifest: LoadedManifest,
    env: Mapping[str, str],
    hook: SecretsHook | None,
    *,
    profiles: LoadedProfiles = _NO_PROFILES,
    masker: Masker | None = None,
) -> BundleSource:
    """Say where the manifest's bundle comes from, with the credentials for it.

    Templates read ``env``, marked values go through the hook, and what is secret is given to the masker. Raises
    InputError with every finding at its place in the manifest; of a hook that must not do what it does, PluginRefused.
    """
    written = bundle_section(manifest).source
    masker = Masker() if masker is None else masker
    scope = Scope({"env": env})
    found = _Found()
    location = found.unless_wrong(lambda: rendered_location(manifest, written, scope))
    ref = found.unless_wrong(lambda: rendered_ref(manifest, written, scope))
    resource = None
    if name := written.resource:
        resource = found.unless_wrong(
            lambda: source_resource(manifest, name, scope=scope, hook=hook, profiles=profiles, masker=masker)
        )
    if found.diagnostics or location is None:
        raise _refusal(manifest, found.diagnostics, masker)
    return BundleSource(
        type=written.type,
        location=location,
        folder=manifest.folder,
        ref=ref,
        sha256=written.sha256.lower() if written.sha256 else None,
        resource=resource,
        places=_places(manifest),
    )


def _places(manifest: LoadedManifest) -> dict[SourceKey, Span]:
    paths: dict[SourceKey, DocumentPath] = {key: ("bundle", "source", key) for key in get_args(SourceKey)}
    return {key: manifest.span(*path) for key, path in paths.items() if manifest.is_written(*path)}


def source_without_credentials(manifest: LoadedManifest, env: Mapping[str, str]) -> BundleSource:
    """Say where the manifest's bundle comes from, as it is known on this machine; nothing can be fetched with it.

    No code of a secrets hook runs. Raises InputError for templates that ``env`` cannot fill.
    """
    written = bundle_section(manifest).source
    scope = Scope({"env": env})
    resource = manifest.definition.resources.get(written.resource or "")
    return BundleSource(
        type=written.type,
        location=rendered_location(manifest, written, scope),
        folder=manifest.folder,
        ref=rendered_ref(manifest, written, scope),
        sha256=written.sha256.lower() if written.sha256 else None,
        resource=ResolvedResource(written.resource, resource.kind, resource.driver, {}, {}, ())
        if resource and written.resource
        else None,
        places=_places(manifest),
    )


def bundle_section(manifest: LoadedManifest) -> BundleSection:
    """Give what the manifest says of its bundle; raises InputError where it names none."""
    if manifest.bundle is None:
        finding = Diagnostic(
            code="AF-B115",
            message=f'the manifest "{manifest.document.source.name}" names no bundle',
            hint="add `bundle`, with an id and a source",
        )
        raise InputError.of(finding)
    return manifest.bundle


def entry_flow(manifest: LoadedManifest) -> str:
    """Give the flow that runs where none is named, as a path inside the bundle; raises InputError where none is."""
    bundle = bundle_section(manifest)
    if not bundle.entry_flow:
        finding = Diagnostic(
            code="AF-B113",
            message=f'no flow is named, and bundle "{bundle.id}" has no "entry_flow"',
            hint="name a flow of the bundle on the command line, or write `entry_flow` under `bundle`",
            span=manifest.span("bundle", key=True),
            path=("bundle",),
        )
        raise _refusal(manifest, [finding], Masker())
    return bundle.entry_flow


def bundle_env_files(manifest: LoadedManifest, root: Path) -> tuple[EnvFile, ...]:
    """Give the env files of the bundle that lies in a folder, in order."""
    return tuple(
        EnvFile(path=str(root / file.path), type=file.type, optional=file.optional, prefix=file.prefix)
        for file in manifest.env_files
    )


class _Found:
    """Keeps the findings of what cannot be read, and goes on."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def unless_wrong(self, read: Callable[[], Value]) -> Value | None:
        try:
            return read()
        except InputError as error:
            self.diagnostics += error.diagnostics
            return None


def _refusal(manifest: LoadedManifest, found: list[Diagnostic], masker: Masker) -> InputError:
    return InputError(
        found[0].message,
        hint=found[0].hint,
        diagnostics=in_order_of_place(found),
        sources={manifest.document.source.name: shown_manifest(manifest.document, manifest.definition)},
        mask=masker.mask_text,
    )
