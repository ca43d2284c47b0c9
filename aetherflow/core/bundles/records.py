"""What the cache writes down: of each tree, what it holds; of each source, which tree is active and since when."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.bundles.cache import BundleCache
from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.bundles.shown_location import shown_location
from aetherflow.core.bundles.values import ActiveBundle, BundleSource

Digest = Annotated[str, Meta(pattern=r"\Asha256:[0-9a-f]{64}\Z")]  # it names a folder: nothing else must be read as one

Value = TypeVar("Value")


class Pointer(Struct, frozen=True, kw_only=True):
    """The active tree of one source; ``activation`` is another one each time it is fetched. Times are UTC seconds."""

    form: Literal["aetherflow active bundle 1"] = "aetherflow active bundle 1"
    id: str
    source_key: str
    activation: str
    digest: Digest
    revision: str
    source: str
    fetched_at: float
    current_at: float
    detail: Mapping[str, str] = {}
    validators: Mapping[str, str] = {}


class TreeRecord(Struct, frozen=True, kw_only=True):
    """What a tree holds, and how it first came here."""

    form: Literal["aetherflow bundle listing 1"] = "aetherflow bundle listing 1"
    id: str
    revision: str
    source: str
    fetched_at: float
    detail: Mapping[str, str] = {}
    files: dict[str, str]
    executable: list[str]
    empty_folders: list[str]

    @property
    def listing(self) -> BundleListing:
        """The files, as they are compared."""
        return BundleListing(
            files=self.files, executable=frozenset(self.executable), empty_folders=frozenset(self.empty_folders)
        )


def source_key(source: BundleSource) -> str:
    """Give the name of a source in the cache: two manifests that fetch the same have the same.

    Credentials have no part in it, they may change; a relative location is another one beside another manifest.
    """
    import hashlib  # deferred: 3 ms, and commands without a bundle import this too

    location = source.location
    if "://" not in location:
        location = os.path.normpath(source.folder / location)
    resource = source.resource.name if source.resource else None
    parts = (source.type, shown_location(location), source.ref, source.sha256, resource)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def read_pointer(cache: BundleCache, key: str) -> Pointer | None:
    """Read which tree is active for a source; None where nothing legible says it."""
    pointer = _decoded(_bytes(cache.pointer_file(key)), Pointer)
    return pointer if pointer and pointer.source_key == key and pointer.id == cache.folder.name else None


def write_pointer(cache: BundleCache, pointer: Pointer) -> None:
    """Make a tree the active one of a source, in one step; raises OSError."""
    cache.write(cache.pointer_file(pointer.source_key), msgspec.json.format(msgspec.json.encode(pointer)))


def read_record(cache: BundleCache, digest: str) -> TreeRecord | None:
    """Read what a tree holds; None where the record is gone or is not that of this tree."""
    record = _decoded(_bytes(cache.record_file(digest)), TreeRecord)
    return record if record and record.listing.digest == digest else None


def write_record(cache: BundleCache, pointer: Pointer, listing: BundleListing) -> None:
    """Write down what a tree holds; raises OSError."""
    record = TreeRecord(
        id=pointer.id,
        revision=pointer.revision,
        source=pointer.source,
        fetched_at=pointer.fetched_at,
        detail=pointer.detail,
        files=dict(listing.files),
        executable=sorted(listing.executable),
        empty_folders=sorted(listing.empty_folders),
    )
    cache.write(cache.record_file(pointer.digest), msgspec.json.encode(record))


def bundle_of(cache: BundleCache, pointer: Pointer, listing: BundleListing) -> ActiveBundle:
    """Put together what is known of an active bundle."""
    return ActiveBundle(
        id=pointer.id,
        root=cache.tree(pointer.digest),
        digest=pointer.digest,
        revision=pointer.revision,
        source=pointer.source,
        fetched_at=pointer.fetched_at,
        current_at=pointer.current_at,
        files=listing.files,
        executable=listing.executable,
        empty_folders=listing.empty_folders,
        detail=pointer.detail,
        validators=pointer.validators,
    )


def pointers(cache: BundleCache) -> list[Pointer]:
    """Give every pointer of the cache that can be read."""
    try:
        files = sorted(cache.active.iterdir())
    except OSError:
        return []
    return [pointer for file in files if (pointer := read_pointer(cache, file.stem))]


def _decoded(content: bytes, kind: type[Value]) -> Value | None:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError:
        return None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
