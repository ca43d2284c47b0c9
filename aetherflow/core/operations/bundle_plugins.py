"""What a bundle has of plugins."""

from typing import TYPE_CHECKING

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic

if TYPE_CHECKING:  # commands without a bundle do without all of it
    from aetherflow.core.bundles.values import ActiveBundle
    from aetherflow.core.documents.bundle_section import BundleSection


class BundlePlugins(Struct, frozen=True, kw_only=True):
    """Absolute paths, None where the bundle has no such folder or file; ``findings`` tell what is not known of it."""

    plugins_dir: str | None = None
    plugins_file: str | None = None
    findings: tuple[Diagnostic, ...] = ()


NO_BUNDLE = BundlePlugins()


def plugins_in(active: "ActiveBundle", section: "BundleSection") -> BundlePlugins:
    """Say what lies where the manifest's layout says."""
    folder, file = active.root / section.layout.plugins_dir, section.layout.plugins_file
    return BundlePlugins(
        plugins_dir=str(folder) if folder.is_dir() else None,
        plugins_file=str(active.root / file) if file in active.files else None,
    )
