"""Which bundle is active, and how a fetched one becomes it: into the store, then one rename of a pointer."""

import os
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.bundles.cache import BundleCache, bundle_cache
from aetherflow.core.bundles.holds import TreeHold, hold_tree
from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.bundles.records import (
    Pointer,
    bundle_of,
    read_pointer,
    read_record,
    source_key,
    write_pointer,
    write_record,
)
from aetherflow.core.bundles.retention import mark_used
from aetherflow.core.bundles.settling import READ_ONLY_FOLDER, settle
from aetherflow.core.bundles.values import ActiveBundle, BundleSource
from aetherflow.core.bundles.verification import bundle_changed, verify
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.state.durable_names import make_durable


class HeldBundle(Struct, frozen=True):
    """A bundle of the cache, which keeps it as long as it is held."""

    bundle: ActiveBundle
    hold: TreeHold


def active_bundle(cache_root: Path, bundle_id: str, source: BundleSource) -> ActiveBundle | None:
    """Give what was last fetched from a source, as it was written down; None where there is nothing.

    Its files are not looked at: `verify` does that. Raises BundleChanged where the record of the files is damaged.
    """
    held = held_active(bundle_cache(cache_root, bundle_id), source_key(source))
    if held is None:
        return None
    held.hold.release()
    return held.bundle


def held_active(cache: BundleCache, key: str) -> HeldBundle | None:
    """Give the active bundle of a source, held so that nobody evicts it; raises BundleChanged as above."""
    pointer = read_pointer(cache, key)
    hold = hold_tree(cache.tree(pointer.digest)) if pointer else None
    if pointer is None or hold is None:
        return None
    record = read_record(cache, pointer.digest)
    if record is None:
        hold.release()
        raise bundle_changed([_damaged_record(cache, pointer)])
    return HeldBundle(bundle_of(cache, pointer, record.listing), hold)


def activate(cache: BundleCache, tree: Path, listing: BundleListing, pointer: Pointer) -> list[Diagnostic]:
    """Put a tree from staging into the store and make it active; the cache is locked. Raises OSError.

    What the store has already is not stored twice. Where that was changed since, it is replaced, and told.
    """
    bundle = bundle_of(cache, pointer, listing)
    changed = _stored_differences(bundle)
    if read_record(cache, pointer.digest) is None:
        write_record(cache, pointer, listing)
    if changed is None or changed:
        _store(cache, tree, listing, pointer.digest)
    mark_used(cache, pointer.digest, pointer.current_at)
    write_pointer(cache, pointer)
    return [as_replaced(finding) for finding in changed or ()]


def as_replaced(finding: Diagnostic) -> Diagnostic:
    """Tell of a file that was changed, and is as it was fetched again."""
    return replace(finding, severity=Severity.WARNING, hint="it was replaced by what was fetched just now")


def confirm(cache: BundleCache, bundle: ActiveBundle, key: str, now: float) -> None:
    """Note that a source still has its active bundle; the cache is locked. Raises OSError."""
    pointer = read_pointer(cache, key)
    if pointer and pointer.digest == bundle.digest and pointer.revision == bundle.revision:
        write_pointer(cache, replace(pointer, current_at=now))


def _stored_differences(bundle: ActiveBundle) -> list[Diagnostic] | None:
    """Compare what the store has under this digest with what it should be; None where it has nothing."""
    return verify(bundle) if os.path.lexists(bundle.root) else None


def _store(cache: BundleCache, tree: Path, listing: BundleListing, digest: str) -> None:
    settle(tree, listing)
    target = cache.tree(digest)
    cache.retire(target)
    tree.rename(target)
    target.chmod(READ_ONLY_FOLDER)  # not before: a folder that goes elsewhere must be writable
    make_durable(cache.store)


def _damaged_record(cache: BundleCache, pointer: Pointer) -> Diagnostic:
    record = cache.record_file(pointer.digest)
    return Diagnostic(
        code="AF-B216",
        message=f'the record of what the bundle "{pointer.id}" holds is damaged: "{record}"',
        hint="`aetherflow bundle sync` fetches the bundle anew",
    )
