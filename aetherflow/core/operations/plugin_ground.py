"""What is known before any plugin is looked for: the environment, the settings, the manifest and plugins.yaml."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.environment.masking import Masker, secrets_of_environment
from aetherflow.core.environment.settings import Settings, default_state_root, read_settings
from aetherflow.core.environment.snapshot import Snapshot, take_snapshot
from aetherflow.core.operations.bundle_plugins import NO_BUNDLE, BundlePlugins
from aetherflow.core.operations.plugin_documents import PluginDocuments, read_plugin_documents, with_plugins_file
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.modes import Mode, stricter_mode

LOCK_NAME = "aetherflow.plugins.lock"
SWITCHES_NAME = "plugins.json"


class PluginGround(Struct, frozen=True, kw_only=True):
    """What is known before any plugin is looked for; ``embedded`` are objects of the program that runs the flow."""

    request: SurroundingsRequest
    snapshot: Snapshot
    settings: Settings
    documents: PluginDocuments
    mode: Mode
    cwd: Path
    embedded: tuple[Contribution, ...] = ()
    bundle: BundlePlugins = NO_BUNDLE

    @property
    def lock_file(self) -> Path:
        """Where the lock of these plugins is: beside the manifest, else in the current directory."""
        manifest = self.documents.manifest
        return (manifest.folder if manifest else self.cwd) / LOCK_NAME

    @property
    def lock_name(self) -> str:
        """The lock as findings name it: relative where it lies below the current directory."""
        path = self.lock_file
        return str(path.relative_to(self.cwd) if path.is_relative_to(self.cwd) else path)

    @property
    def state_root(self) -> Path:
        """The folder of what is kept between runs."""
        return (self.settings.state_root or default_state_root()).absolute()

    @property
    def switches_file(self) -> Path:
        """Where it stands which plugins are disabled on this machine, and what they are given there."""
        return self.state_root / SWITCHES_NAME


def plugin_ground(request: SurroundingsRequest) -> PluginGround:
    """Read the environment, the settings and the documents; plugins.yaml is looked for in the current directory."""
    snapshot = take_snapshot(request.environ)
    settings = read_settings(snapshot)
    documents = read_plugin_documents(request.bundle_manifest, None, None)
    bundle = _bundle(documents, snapshot, settings)
    plugins_file = request.plugins_file or bundle.plugins_file
    documents = with_plugins_file(documents, plugins_file, Path.cwd())
    ground = ground_of(request, snapshot, settings, documents)
    return replace(ground, bundle=bundle)


def _bundle(documents: PluginDocuments, snapshot: Snapshot, settings: Settings) -> BundlePlugins:
    """Give what the manifest's bundle has of plugins, as far as it was fetched."""
    if documents.manifest is None or documents.manifest.bundle is None:
        return NO_BUNDLE
    from aetherflow.core.operations.fetched_bundle import fetched_bundle  # deferred: most manifests name no bundle

    return fetched_bundle(documents.manifest, snapshot.values, settings)


def ground_of(
    request: SurroundingsRequest, snapshot: Snapshot, settings: Settings, documents: PluginDocuments
) -> PluginGround:
    """Put together what was read; raises InputError where a mode is none."""
    return PluginGround(
        request=request,
        snapshot=snapshot,
        settings=settings,
        documents=documents,
        mode=mode_of(settings, documents),
        cwd=Path.cwd(),
    )


def mode_of(settings: Settings, documents: PluginDocuments) -> Mode:
    """Give the stricter of the manifest's mode and the environment's; raises InputError where it is none."""
    manifest = documents.manifest
    if manifest is None:
        return settings.mode
    try:
        return stricter_mode(manifest.definition.mode, settings.mode, manifest_span=manifest.span("mode"))
    except InputError as error:
        error.sources.update(documents.sources)
        raise


def masker_of(ground: PluginGround) -> Masker:
    """Know the secrets of the environment: what a plugin registers, or raises, may hold one."""
    return Masker(secrets_of_environment(ground.snapshot, ground.settings.secret_env))
