"""Whether a bundle has what its manifest says of it: the entry flow, files and folders of the layout, env files."""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.operator_manifest import LoadedManifest

Kind = Literal["file", "folder"]
_LAYOUT: dict[str, Kind] = {
    "flows_dir": "folder",
    "profiles_file": "file",
    "plugins_dir": "folder",
    "plugins_file": "file",
}


class _Expected(Struct, frozen=True):
    """What should be in the bundle, and where the manifest says so."""

    path: str
    kind: Kind
    place: DocumentPath


def layout_findings(manifest: LoadedManifest, listing: BundleListing) -> list[Diagnostic]:
    """Find what the manifest names and the bundle does not have. What it leaves to the defaults may be absent."""
    folders = _folders(listing)
    found = [finding for expected in _expected(manifest) for finding in _judged(manifest, expected, listing, folders)]
    return in_order_of_place(found)


def _expected(manifest: LoadedManifest) -> Iterator[_Expected]:
    bundle = manifest.bundle
    if bundle is None:
        return
    if bundle.entry_flow:
        yield _Expected(bundle.entry_flow, "file", ("bundle", "entry_flow"))
    for key, kind in _LAYOUT.items():
        place = ("bundle", "layout", key)
        if manifest.is_written(*place):
            yield _Expected(getattr(bundle.layout, key), kind, place)
    for number, entry in enumerate(manifest.env_files):
        if not entry.optional:
            written = ("env_files", number, "path")
            place_of_entry = written if manifest.is_written(*written) else written[:-1]
            yield _Expected(entry.path, "folder" if entry.type == "dir" else "file", place_of_entry)


def _judged(
    manifest: LoadedManifest, expected: _Expected, listing: BundleListing, folders: frozenset[str]
) -> Iterator[Diagnostic]:
    wanted, others = (listing.files, folders) if expected.kind == "file" else (folders, listing.files)
    if expected.path in wanted:
        return
    message, hint = f'"{expected.path}" is not in the bundle', did_you_mean(expected.path, wanted)
    if expected.path in others:
        other = "folder" if expected.kind == "file" else "file"
        message, hint = f'"{expected.path}" is a {other} in the bundle, and should be a {expected.kind}', None
    yield Diagnostic(
        code="AF-B218",
        message=message,
        label=hint,
        hint=f'"{render_path(expected.place)}" names what the source must have',
        span=manifest.span(*expected.place),
        path=expected.place,
    )


def _folders(listing: BundleListing) -> frozenset[str]:
    return frozenset({*listing.empty_folders, *_parents((*listing.files, *listing.empty_folders))})


def _parents(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        while "/" in path:
            path = path.rpartition("/")[0]
            yield path
