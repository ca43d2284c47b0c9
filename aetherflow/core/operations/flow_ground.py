"""What a flow stands on before it is read: environment, settings, manifest, bundle, and the place of the flow."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from aetherflow.core.compilers.uri import local_folder
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.environment.masking import Masker, secrets_of_environment
from aetherflow.core.environment.settings import Settings, read_settings
from aetherflow.core.environment.snapshot import Snapshot, take_snapshot
from aetherflow.core.operations.collected_findings import CollectedFindings
from aetherflow.core.operations.plugin_documents import PluginDocuments, read_plugin_documents
from aetherflow.core.operations.plugin_ground import mode_of
from aetherflow.core.operations.plugins_found import with_trusted_hook
from aetherflow.core.operations.requests import FlowRequest

if TYPE_CHECKING:
    from aetherflow.core.operations.flow_bundle import FlowBundle


class FlowPlace(Struct, frozen=True, kw_only=True):
    """Where a flow is. ``source`` is what is fetched and ``name`` what it is called in findings.

    ``folder`` is the flow's own, where its files are looked for; ``base`` is what paths that the flow writes to are
    relative to: the same, but for a bundle, into which nothing is written.
    """

    source: str
    name: str
    folder: Path
    base: Path


class FlowGround(Struct, frozen=True, kw_only=True):
    """Everything around a flow. ``place`` is None where the flow cannot be got at."""

    snapshot: Snapshot
    settings: Settings
    masker: Masker
    documents: PluginDocuments
    bundle: "FlowBundle | None"
    place: FlowPlace | None


def flow_ground(request: FlowRequest, findings: CollectedFindings) -> FlowGround:
    """Read it; what is wrong is added to the findings, and as much as can be read is read."""
    snapshot = take_snapshot(request.environ)
    settings = findings.or_default(lambda: read_settings(snapshot), Settings())
    masker = Masker(secrets_of_environment(snapshot, settings.secret_env))
    documents = findings.or_none(lambda: read_plugin_documents(request.bundle_manifest, None, None))
    bundle = findings.or_none(lambda: _bundle(request, documents, snapshot, settings, masker)) if documents else None
    if bundle:
        snapshot = bundle.environment(snapshot)
        findings.add(bundle.diagnostics)
        for origin, value in secrets_of_environment(snapshot, settings.secret_env):
            masker.add(origin, value)
    findings.add(snapshot.diagnostics)
    is_there = documents is not None and (bundle is not None or not _names_bundle(documents))
    return FlowGround(
        snapshot=snapshot,
        settings=settings,
        masker=masker,
        documents=documents or PluginDocuments(),
        bundle=bundle,
        place=findings.or_none(lambda: _place(request, bundle)) if is_there else None,
    )


def _bundle(
    request: FlowRequest, documents: PluginDocuments, snapshot: Snapshot, settings: Settings, masker: Masker
) -> "FlowBundle | None":
    if documents.manifest is None or documents.manifest.bundle is None:
        return None
    from aetherflow.core.operations.flow_bundle import bundle_of_flow  # deferred: most flows come from no bundle

    hooked = with_trusted_hook(settings, mode_of(settings, documents), documents)
    return bundle_of_flow(documents.manifest, snapshot, hooked, masker, allow_stale=request.allow_stale_bundle)


def _names_bundle(documents: PluginDocuments) -> bool:
    return documents.manifest is not None and documents.manifest.bundle is not None


def _place(request: FlowRequest, bundle: "FlowBundle | None") -> FlowPlace:
    if bundle is None:
        return _named_place(request.flow)
    inner = bundle.flow_path(request.flow)
    path = bundle.active.root / inner
    return FlowPlace(source=str(path), name=inner, folder=path.parent, base=bundle.manifest.folder)


def _named_place(flow: str) -> FlowPlace:
    if not flow:
        raise InputError("no flow is named", hint="name one, or a manifest whose bundle has an `entry_flow`")
    folder = local_folder(flow) or Path.cwd()
    return FlowPlace(source=flow, name="", folder=folder, base=folder)
