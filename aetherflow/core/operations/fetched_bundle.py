"""The bundle of a manifest as it was last fetched, for commands that fetch nothing and run no code."""

from collections.abc import Mapping

from aetherflow.core.bundles.activation import active_bundle
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.environment.settings import Settings, default_state_root
from aetherflow.core.operations.bundle_cache import CACHE_FOLDER
from aetherflow.core.operations.bundle_documents import bundle_section, source_without_credentials
from aetherflow.core.operations.bundle_plugins import BundlePlugins, plugins_in


def fetched_bundle(manifest: LoadedManifest, env: Mapping[str, str], settings: Settings) -> BundlePlugins:
    """Look at what is on this machine; raises InputError for a location that cannot be known, BundleChanged."""
    section = bundle_section(manifest)
    cache = (settings.state_root or default_state_root()).absolute() / CACHE_FOLDER
    active = active_bundle(cache, section.id, source_without_credentials(manifest, env))
    if active is None:
        return BundlePlugins(findings=(_never_fetched(section.id),))
    return plugins_in(active, section)


def _never_fetched(bundle_id: str) -> Diagnostic:
    return Diagnostic(
        code="AF-B119",
        severity=Severity.WARNING,
        message=f'the bundle "{bundle_id}" was not fetched yet: what plugins it has is not known',
        hint="`aetherflow bundle sync` fetches it",
    )
