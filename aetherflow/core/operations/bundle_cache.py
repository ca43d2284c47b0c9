"""The bundle of a manifest on this machine: its source made ready, its cache, the sync that runs and commands share."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from msgspec import Struct

from aetherflow.core.bundles.cache import bundle_cache
from aetherflow.core.bundles.fetching import SyncJob
from aetherflow.core.bundles.layout import layout_findings
from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.bundles.shown_manifest import shown_manifest
from aetherflow.core.bundles.sources.by_type import fetcher_for
from aetherflow.core.bundles.sources.without_credentials import WithoutCredentials
from aetherflow.core.bundles.synchronising import SyncOutcome, synchronise
from aetherflow.core.bundles.users import noted_state_files
from aetherflow.core.bundles.values import BundleSource, Fetcher
from aetherflow.core.connectors.profiles import load_profiles_for
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import AetherFlowError, InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.documents.bundle_section import BundleSection
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.environment.masking import Masker
from aetherflow.core.environment.secrets_hook import SecretsHook, load_secrets_hook
from aetherflow.core.environment.settings import Settings, default_state_root
from aetherflow.core.environment.snapshot import Snapshot
from aetherflow.core.operations.bundle_documents import (
    bundle_section,
    bundle_source,
    source_without_credentials,
)
from aetherflow.core.state.store import StateStore
from aetherflow.core.state.workspace import STATE_FILE

CACHE_FOLDER = "bundles"


class BundleGround(Struct, frozen=True, kw_only=True):
    """What is known of a manifest's bundle before anything is fetched; ``masker`` knows the source's secrets.

    ``env`` is the environment with what the secrets hook adds. Where ``lacking`` says why the source's credentials are
    not to be had, the source has none: what is here can be looked at, and nothing fetched.
    """

    manifest: LoadedManifest
    section: BundleSection
    source: BundleSource
    env: Mapping[str, str]
    state_root: Path
    masker: Masker
    lacking: InputError | None = None

    @property
    def cache_root(self) -> Path:
        """The folder that holds the bundles of every id."""
        return self.state_root / CACHE_FOLDER


def bundle_ground(manifest: LoadedManifest, snapshot: Snapshot, settings: Settings, masker: Masker) -> BundleGround:
    """Make the source ready; ``settings`` name the secrets hook that the mode allows.

    Raises InputError, and PluginRefused where the hook cannot be loaded.
    """
    section = bundle_section(manifest)
    env = dict(snapshot.values)
    hook = _hook(section, settings)
    if hook:
        for name, value in hook.expand_env(snapshot.values).items():
            env[name] = value
            masker.add(f"env:{name}", value)
    profiles = _profiles(section, settings, manifest.folder)
    try:
        source, lacking = bundle_source(manifest, env, hook, profiles=profiles, masker=masker), None
    except InputError as error:
        source, lacking = _known_source(manifest, env, error), error
    return BundleGround(
        manifest=manifest,
        section=section,
        source=source,
        env=env,
        state_root=(settings.state_root or default_state_root()).absolute(),
        masker=masker,
        lacking=lacking,
    )


def _known_source(manifest: LoadedManifest, env: Mapping[str, str], error: InputError) -> BundleSource:
    """Give the source without its credentials; raises the error where more than those is wrong."""
    try:
        return source_without_credentials(manifest, env)
    except InputError:
        raise error from None


def synchronised_bundle(
    ground: BundleGround, *, allow_stale: bool = False, replaces_changed: bool = False
) -> SyncOutcome:
    """Bring the bundle up to date, and check that it has what the manifest names; raises as `synchronise` does."""
    with told_with_manifest(ground):
        job = SyncJob(
            source=ground.source,
            cache=bundle_cache(ground.cache_root, ground.section.id),
            fetcher=_fetcher(ground),
            policy=ground.section.fetch_policy,
            allow_stale=allow_stale,
            in_use=partial(_digests_in_use, ground),
            check=partial(_checked, ground.manifest),
            mask=ground.masker.mask_text,
            replaces_changed=replaces_changed,
        )
        return synchronise(job)


def _fetcher(ground: BundleGround) -> Fetcher:
    return WithoutCredentials(ground.lacking) if ground.lacking else fetcher_for(ground.source.type, ground.env)


@contextmanager
def told_with_manifest(ground: BundleGround) -> Iterator[None]:
    """Show errors of the block with lines of the manifest, and without the secrets of the source."""
    try:
        yield
    except AetherFlowError as error:
        error.sources = {**manifest_text(ground.manifest), **error.sources}
        error.mask = ground.masker.mask_text
        raise


def manifest_text(manifest: LoadedManifest) -> dict[str, str]:
    """Give the text of a manifest, by its name, as findings may show it."""
    return {manifest.document.source.name: shown_manifest(manifest.document, manifest.definition)}


def _checked(manifest: LoadedManifest, root: Path, listing: BundleListing) -> list[Diagnostic]:
    return layout_findings(manifest, listing)


def _hook(section: BundleSection, settings: Settings) -> SecretsHook | None:
    """Load the hook where it may be needed: its code has no business in a sync that has no secrets."""
    return load_secrets_hook(settings) if section.source.resource else None


def _profiles(section: BundleSection, settings: Settings, folder: Path) -> LoadedProfiles:
    """Load the profiles that the environment names: those of the bundle are not here yet."""
    is_named = settings.profiles_json is not None or settings.profiles_file is not None
    return load_profiles_for(settings, folder) if section.source.resource and is_named else LoadedProfiles()


def _digests_in_use(ground: BundleGround) -> Collection[str]:
    """Give the bundles of the runs that live or can be resumed; raises StateError where that cannot be told."""
    noted = noted_state_files(bundle_cache(ground.cache_root, ground.section.id))
    files = {ground.state_root / STATE_FILE, *noted}
    return frozenset(digest for file in files for digest in _digests_of_runs(file))


def _digests_of_runs(state_file: Path) -> Iterator[str]:
    store = StateStore.open_existing(state_file)
    if store is None:
        return
    with store:
        runs = store.list_runs()
    for run in runs:
        if run.status is not RunStatus.SUCCESS and run.provenance.bundle:
            yield run.provenance.bundle.digest
