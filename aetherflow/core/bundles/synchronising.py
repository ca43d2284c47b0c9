"""Brings the bundle on this machine up to date with its source: look at what is here, ask the source, fetch."""

from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.bundles.activation import HeldBundle, as_replaced, confirm, held_active
from aetherflow.core.bundles.cache import CacheBusy, cache_failed, locked
from aetherflow.core.bundles.fetching import SyncJob, Taken, checked, fetch_and_activate, tidy
from aetherflow.core.bundles.holds import TreeHold
from aetherflow.core.bundles.records import read_pointer
from aetherflow.core.bundles.staleness import stale, stale_finding, with_changes_named, with_copy_named
from aetherflow.core.bundles.values import ActiveBundle, FetchFailed
from aetherflow.core.bundles.verification import BundleChanged, require_unchanged
from aetherflow.core.contracts.diagnostic import Diagnostic

#: How old the note may become that a source still has what is active: to write it costs as much as a step.
_CONFIRMED_SECONDS = 60
#: How often a sync looks again because others have fetched meanwhile; then it fetches itself.
_MOST_LOOKS = 5


class SyncOutcome(Struct, frozen=True, kw_only=True):
    """The bundle to use, whole and unchanged. ``hold`` keeps it in the cache: release it when it is done with."""

    active: ActiveBundle
    fetched: bool
    diagnostics: list[Diagnostic]
    hold: TreeHold


def synchronise(job: SyncJob) -> SyncOutcome:
    """Give the bundle of a source, hashed, and fetched where needed.

    Who waited for another process to fetch takes what that one has fetched.

    Raises FetchFailed, BundleRefused for errors that the job's check finds, and BundleChanged where the active bundle
    is not as it was fetched, unless that is to be replaced.
    """
    return _outcome(job, _look(job), looks=1)


class _Look(Struct, frozen=True, kw_only=True):
    """What is active: by which activation, the bundle if it is whole, else what was changed in it."""

    activation: str | None
    held: HeldBundle | None = None
    changes: tuple[Diagnostic, ...] = ()

    def release(self) -> None:
        if self.held:
            self.held.hold.release()


def _look(job: SyncJob) -> _Look:
    """Look at every file of what is active; raises BundleChanged where a change is not to be replaced."""
    try:
        return _seen(job)
    except BundleChanged as changed:
        try:
            with locked(job.cache, within_seconds=_most_wait(job)):  # another process may just have been replacing it
                return _seen(job)
        except (OSError, CacheBusy):
            raise changed from None
        except BundleChanged:
            if not job.replaces_changed:
                raise
        return _Look(activation=_activation(job), changes=changed.diagnostics)


def _seen(job: SyncJob) -> _Look:
    activation = _activation(job)
    held = held_active(job.cache, job.key)
    if held:
        try:
            require_unchanged(held.bundle)
        except BundleChanged:
            held.hold.release()
            raise
    return _Look(activation=activation, held=held)


def _activation(job: SyncJob) -> str | None:
    pointer = read_pointer(job.cache, job.key)
    return pointer.activation if pointer else None


def _outcome(job: SyncJob, look: _Look, *, looks: int) -> SyncOutcome:
    try:
        if look.held and _is_current(job, look.held.bundle, has_waited=looks > 1):
            return _as_it_is(job, look.held)
        taken = _fetch_unless_others_did(job, look, looks=looks)
    except FetchFailed as failed:
        return _stale_outcome(job, look, failed)
    except BaseException:
        look.release()
        raise
    look.release()
    if taken is None:
        return _outcome(job, _look(job), looks=looks + 1)
    return SyncOutcome(
        active=taken.held.bundle,
        fetched=True,
        diagnostics=_each_once([*map(as_replaced, look.changes), *taken.diagnostics]),
        hold=taken.held.hold,
    )


def _is_current(job: SyncJob, bundle: ActiveBundle, *, has_waited: bool) -> bool:
    """Ask the source; one that cannot tell is taken to have what another process has fetched while this one waited."""
    if job.policy == "always":
        return False
    answer = job.fetcher.is_current(job.source, bundle.fetched)
    return has_waited if answer is None else answer


def _as_it_is(job: SyncJob, held: HeldBundle) -> SyncOutcome:
    """Take what is active and current."""
    found = checked(job, held.bundle.root, held.bundle.listing)
    now = job.now()
    with suppress(OSError):  # a cache that cannot be written serves too
        _keep_up(job, held.bundle, now)
    active = replace(held.bundle, current_at=now)
    return SyncOutcome(active=active, fetched=False, diagnostics=found, hold=held.hold)


def _keep_up(job: SyncJob, bundle: ActiveBundle, now: float) -> None:
    """Note that a bundle is current, and remove what dead processes left, unless somebody else has the cache."""
    is_old = now - bundle.current_at > _CONFIRMED_SECONDS
    if not is_old and not job.cache.on_its_way():
        return
    with suppress(CacheBusy), locked(job.cache, within_seconds=0):
        tidy(job, bundle.digest)
        if is_old:
            confirm(job.cache, bundle, job.key, now)


def _fetch_unless_others_did(job: SyncJob, look: _Look, *, looks: int) -> Taken | None:
    """Fetch under the lock; None where another process has fetched since the look, which is worth another one."""
    try:
        with locked(job.cache, within_seconds=_most_wait(job)):
            has_news = job.policy == "cache_check" and _activation(job) not in (None, look.activation)
            return None if has_news and looks < _MOST_LOOKS else fetch_and_activate(job)
    except OSError as error:
        raise cache_failed(job.cache, error) from error


def _most_wait(job: SyncJob) -> float:
    """Give how long a live process may have the cache: to fetch, and to hash and store what it has fetched."""
    return 1.5 * job.limits.seconds


def _stale_outcome(job: SyncJob, look: _Look, failed: FetchFailed) -> SyncOutcome:
    """Take the active bundle where that is allowed, with a warning; else raises the failure."""
    if look.held is None:
        raise with_changes_named(failed, look.changes) from None
    bundle, now = look.held.bundle, job.now()
    try:
        if not job.allow_stale:
            raise with_copy_named(failed, bundle, now) from None
        found = [stale_finding(bundle, failed, now), *checked(job, bundle.root, bundle.listing)]
    except BaseException:
        look.release()
        raise
    return SyncOutcome(active=stale(bundle, failed), fetched=False, diagnostics=found, hold=look.held.hold)


def _each_once(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    return list({each.message: each for each in diagnostics}.values())
