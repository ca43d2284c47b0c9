"""What a run goes by, for its record: the mode, the manifest, the plugins that were loaded."""

from typing import TYPE_CHECKING

from aetherflow.core.operations.plugin_ground import PluginGround
from aetherflow.core.operations.run_ground import Ground
from aetherflow.core.operations.run_plugins import RunPlugin
from aetherflow.core.plugins.digests import bytes_digest
from aetherflow.core.state.records import BundleProvenance, PluginProvenance, Provenance

if TYPE_CHECKING:
    from aetherflow.core.operations.flow_bundle import FlowBundle


def provenance_of(ground: Ground) -> Provenance:
    """Give what the execution goes by; the flow itself has digests of its own."""
    here = ground.prepared.plugins
    if here is None:
        return Provenance()
    manifest = here.ground.documents.manifest
    return Provenance(
        mode=here.ground.mode,
        manifest=_manifest_file(here.ground),
        manifest_digest=bytes_digest(manifest.document.source.text.encode()) if manifest else None,
        bundle=_bundle(ground.prepared.bundle),
        plugins=[_plugin(plugin) for plugin in ground.plugins],
    )


def _manifest_file(ground: PluginGround) -> str | None:
    manifest = ground.documents.manifest
    return str(manifest.folder / manifest.document.source.name.rpartition("/")[2]) if manifest else None


def _bundle(bundle: "FlowBundle | None") -> BundleProvenance | None:
    if bundle is None:
        return None
    active = bundle.active
    return BundleProvenance(id=active.id, source=active.source, revision=active.revision, digest=active.digest)


def _plugin(plugin: RunPlugin) -> PluginProvenance:
    return PluginProvenance(name=plugin.name, version=plugin.version, origin=plugin.origin, digest=plugin.digest)
