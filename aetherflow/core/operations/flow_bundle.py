"""The bundle that a flow comes from, up to date and held for as long as the flow is used."""

from pathlib import Path

from msgspec import Struct

from aetherflow.core.bundles.holds import TreeHold
from aetherflow.core.bundles.users import note_state_file
from aetherflow.core.bundles.values import ActiveBundle
from aetherflow.core.compilers.uri import shown_flow
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.bundle_section import BundleSection
from aetherflow.core.documents.inner_paths import UnsafePath, inner_path
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.environment.masking import Masker
from aetherflow.core.environment.settings import Settings
from aetherflow.core.environment.snapshot import Snapshot, with_env_files
from aetherflow.core.operations.bundle_cache import bundle_ground, synchronised_bundle
from aetherflow.core.operations.bundle_documents import bundle_env_files, entry_flow
from aetherflow.core.operations.bundle_plugins import BundlePlugins, plugins_in

#: Python writes byte code beside the modules that it imports: in a bundle that would be a changed bundle.
_FOR_CHILDREN = {"PYTHONDONTWRITEBYTECODE": "1"}
_INSIDE = "with a manifest that names a bundle, FLOW is a path inside it; without FLOW its `entry_flow` runs"


class FlowBundle(Struct, frozen=True, kw_only=True):
    """A bundle whose files are what was fetched. ``hold`` keeps it in the cache until it is released."""

    manifest: LoadedManifest
    section: BundleSection
    active: ActiveBundle
    hold: TreeHold
    diagnostics: tuple[Diagnostic, ...]

    def flow_path(self, flow: str) -> str:
        """Give the path of a flow inside the bundle: the one that is named, else the manifest's `entry_flow`."""
        if not flow:
            return entry_flow(self.manifest)
        try:
            inner = inner_path(flow.removeprefix("./"))
        except UnsafePath as unsafe:
            raise _outside(flow, self.active.id, str(unsafe)) from None
        found = next((path for path in (inner, self._flows + inner) if path in self.active.files), None)
        if found is None:
            raise self._missing(inner)
        return found

    @property
    def _flows(self) -> str:
        return f"{self.section.layout.flows_dir}/"

    def _missing(self, inner: str) -> InputError:
        files = self.active.files
        names = [*files, *(path.removeprefix(self._flows) for path in files if path.startswith(self._flows))]
        message = f'"{shown_flow(inner)}" is no file of the bundle "{self.active.id}"'
        return InputError.of(Diagnostic(code="AF-B118", message=message, hint=did_you_mean(inner, names) or _INSIDE))

    def file(self, inner: str) -> Path | None:
        """Give the path of one of its files; None where it has no such file."""
        return self.active.root / inner if inner in self.active.files else None

    def plugins(self) -> BundlePlugins:
        """Say what it has of plugins."""
        return plugins_in(self.active, self.section)

    def keep_for(self, state_file: Path) -> None:
        """Let the cache know where runs of it are recorded: it keeps the bundles of those that can be resumed."""
        note_state_file(self.active, state_file)

    def environment(self, snapshot: Snapshot) -> Snapshot:
        """Lay its env files over the environment."""
        return with_env_files(snapshot, bundle_env_files(self.manifest, self.active.root), _FOR_CHILDREN)


def bundle_of_flow(
    manifest: LoadedManifest, snapshot: Snapshot, settings: Settings, masker: Masker, *, allow_stale: bool
) -> FlowBundle | None:
    """Bring the manifest's bundle up to date; None where it names none. Raises InputError and PluginRefused."""
    if manifest.bundle is None:
        return None
    outcome = synchronised_bundle(bundle_ground(manifest, snapshot, settings, masker), allow_stale=allow_stale)
    return FlowBundle(
        manifest=manifest,
        section=manifest.bundle,
        active=outcome.active,
        hold=outcome.hold,
        diagnostics=tuple(outcome.diagnostics),
    )


def _outside(flow: str, bundle_id: str, why: str) -> InputError:
    message = f'"{shown_flow(flow)}" is no path inside the bundle "{bundle_id}": {why}'
    return InputError.of(Diagnostic(code="AF-B118", message=message, hint=_INSIDE))
