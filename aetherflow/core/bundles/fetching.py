"""Fetches a bundle into the cache: into staging, fingerprinted, checked, and only then made active."""

import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct

from aetherflow.core.bundles.activation import HeldBundle, activate
from aetherflow.core.bundles.cache import BundleCache, cache_failed, remove
from aetherflow.core.bundles.holds import hold_tree
from aetherflow.core.bundles.listing import BundleListing, TreeReading, printable, read_tree
from aetherflow.core.bundles.records import Pointer, bundle_of, source_key
from aetherflow.core.bundles.retention import evict
from aetherflow.core.bundles.shown_location import shown_location
from aetherflow.core.bundles.values import BundleSource, Fetched, Fetcher, FetchFailed, Limits
from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import InputError

FetchPolicy = Literal["cache_check", "always"]
#: Judges a bundle by its folder and its files, before anything of it is active.
BundleCheck = Callable[[Path, BundleListing], list[Diagnostic]]


class BundleRefused(InputError):
    """A bundle that is not as the manifest describes it."""


def _finds_nothing(root: Path, listing: BundleListing) -> list[Diagnostic]:
    return []


class SyncJob(Struct, frozen=True, kw_only=True):
    """One bundle to bring up to date: what to fetch, where from, into which cache.

    ``cache_check`` fetches where the source does not say that what is active is current. With ``allow_stale`` the
    active bundle serves where the source cannot be asked or fetched, or the cache not be written. ``in_use`` gives the
    digests of trees that stay in the cache, ``now`` UTC seconds, and ``mask`` hides secrets in what the cache writes
    down. A bundle that was changed here is fetched anew, with a warning, if ``replaces_changed``.
    """

    source: BundleSource
    cache: BundleCache
    fetcher: Fetcher
    policy: FetchPolicy = "cache_check"
    allow_stale: bool = False
    limits: Limits = Limits()
    in_use: Callable[[], Collection[str]] = frozenset
    now: Callable[[], float] = time.time
    check: BundleCheck = _finds_nothing
    mask: Callable[[str], str] = str
    replaces_changed: bool = False

    @property
    def key(self) -> str:
        """The source's name in the cache."""
        return source_key(self.source)

    @property
    def bundle_id(self) -> str:
        """The bundle's id."""
        return self.cache.folder.name


class Taken(Struct, frozen=True):
    """A bundle that was fetched and is active now, with what is to be said of it."""

    held: HeldBundle
    diagnostics: list[Diagnostic]


def fetch_and_activate(job: SyncJob) -> Taken:
    """Fetch a bundle and make it active; the cache is locked. Raises FetchFailed, BundleRefused and OSError."""
    job.cache.prepare()
    folder = job.cache.new_folder()
    try:
        tree = folder / "tree"
        tree.mkdir()
        began_at = job.now()
        fetched = job.fetcher.fetch(job.source, tree, job.limits)
        listing = _listing_of(job, tree)
        found = checked(job, tree, listing)
        pointer = _pointer(job, fetched, listing, began_at)
        found += activate(job.cache, tree, listing, pointer)
        evict_others(job, pointer.digest)
    finally:
        with suppress(OSError):  # the next sync removes it
            remove(folder)
    return Taken(_held(job.cache, pointer, listing), found)


def tidy(job: SyncJob, active: str) -> None:
    """Remove what dead processes left, and the trees that they did not get to evict; the cache is locked."""
    job.cache.prepare()
    evict_others(job, active)


def evict_others(job: SyncJob, active: str) -> None:
    """Let go of trees that nobody needs. What is active is so already: where it cannot be done, a later sync does."""
    with suppress(OSError, InputError):
        evict(job.cache, active, job.in_use)


def checked(job: SyncJob, root: Path, listing: BundleListing) -> list[Diagnostic]:
    """Give what the check finds, unless it is an error: raises BundleRefused with all of it."""
    found = list(job.check(root, listing))
    if has_errors(found):
        raise BundleRefused(found[0].message, hint=found[0].hint, diagnostics=found)
    return found


def _listing_of(job: SyncJob, tree: Path) -> BundleListing:
    reading = read_tree(tree)
    if found := [*_strange(job, reading), *_nothing(job, reading)]:
        raise FetchFailed(found[0].message, hint=found[0].hint, diagnostics=found)
    return reading.listing


def _pointer(job: SyncJob, fetched: Fetched, listing: BundleListing, began_at: float) -> Pointer:
    return Pointer(
        id=job.bundle_id,
        source_key=job.key,
        activation=os.urandom(8).hex(),
        digest=listing.digest,
        revision=fetched.revision,
        source=job.mask(shown_location(job.source.location)),
        fetched_at=began_at,
        current_at=began_at,
        detail={key: job.mask(value) for key, value in fetched.detail.items()},
        validators=fetched.validators,
    )


def _held(cache: BundleCache, pointer: Pointer, listing: BundleListing) -> HeldBundle:
    bundle = bundle_of(cache, pointer, listing)
    hold = hold_tree(bundle.root)
    if hold is None:  # somebody empties the cache by hand
        raise cache_failed(cache, FileNotFoundError(2, "it is emptied while it is used", str(bundle.root)))
    return HeldBundle(bundle, hold)


def _strange(job: SyncJob, reading: TreeReading) -> list[Diagnostic]:
    return [
        Diagnostic(
            code="AF-B212",
            message=f'"{printable(path)}" of the bundle "{job.bundle_id}" is {what}',
            hint="a bundle is made of files and folders: take it out of the source",
            span=job.source.place("location"),
        )
        for path, what in reading.strange.items()
    ]


def _nothing(job: SyncJob, reading: TreeReading) -> list[Diagnostic]:
    if reading.listing.files or reading.strange:
        return []
    shown = shown_location(job.source.location)
    return [
        Diagnostic(
            code="AF-B213",
            message=f'there are no files in the source of the bundle "{job.bundle_id}": "{shown}"',
            hint="look whether the location is right, and whether something was published there",
            span=job.source.place("location"),
        )
    ]
