"""Keys that the operator's manifest knows, and that stand in the wrong section of it."""

from collections.abc import Mapping

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.documents.bundle_section import BundleSection, LayoutSection, SourceSection
from aetherflow.core.documents.operator_manifest import OperatorManifest, PathsSection, TrustSection
from aetherflow.core.documents.record import Record

_SECTIONS: Mapping[DocumentPath, type[Record]] = {
    (): OperatorManifest,
    ("bundle",): BundleSection,
    ("bundle", "source"): SourceSection,
    ("bundle", "layout"): LayoutSection,
    ("paths",): PathsSection,
    ("trust",): TrustSection,
}


def with_better_place(finding: Diagnostic) -> Diagnostic:
    """Say of an unknown key which section it belongs into, where there is one that has it."""
    here, key = finding.path[:-1], finding.path[-1:]
    if finding.code != "AF-S101" or here not in _SECTIONS:
        return finding
    homes = [path for path, section in _SECTIONS.items() if key[0] in section.__struct_fields__]
    if len(homes) != 1 or (finding.label and not _are_next(here, homes[0])):
        return finding
    where = f'under "{render_path(homes[0])}"' if homes[0] else "at the top of the manifest"
    return replace(finding, label=None, hint=f'"{key[0]}" belongs {where}')


def _are_next(here: DocumentPath, home: DocumentPath) -> bool:
    """Tell sections of which one is in the other: else a key that is spelt alike is the better guess."""
    return home[:-1] == here or here[:-1] == home
