"""Which trees stay in the cache: the five that were active or found current last, and those that somebody uses."""

import os
import re
from collections.abc import Callable, Collection
from pathlib import Path

from aetherflow.core.bundles.cache import BundleCache
from aetherflow.core.bundles.holds import held_alone
from aetherflow.core.bundles.records import pointers
from aetherflow.core.plugins.digests import ALGORITHM

KEPT_TREES = 5
_TREE_NAME = re.compile(r"[0-9a-f]{64}")


def mark_used(cache: BundleCache, digest: str, now: float) -> None:
    """Note when a tree was made active; raises OSError."""
    os.utime(cache.record_file(digest), (now, now))


def evict(cache: BundleCache, active: str, in_use: Callable[[], Collection[str]]) -> None:
    """Remove trees that nobody needs; the cache is locked, ``active`` stays.

    Raises OSError, and what ``in_use`` raises.
    """
    stored = _trees(cache)
    used_at = {digest: _marked_at(cache, digest) for digest in stored}
    for pointer in pointers(cache):
        used_at[pointer.digest] = max(pointer.current_at, used_at.get(pointer.digest, 0))
    # Whatever the clock says, the active one is the newest.
    by_use = sorted(stored, key=lambda digest: (digest == active, used_at[digest]), reverse=True)
    if old := by_use[KEPT_TREES:]:
        needed = in_use()
        for digest in old:
            if digest not in needed:
                _evict(cache, digest)
    _remove_lone_records(cache)


def _evict(cache: BundleCache, digest: str) -> None:
    tree = cache.tree(digest)
    with held_alone(tree) as is_free:
        if is_free:
            for pointer in pointers(cache):
                if pointer.digest == digest:  # first, so that no pointer ever names a tree that is half gone
                    cache.retire(cache.pointer_file(pointer.source_key))
            cache.retire(tree)


def _trees(cache: BundleCache) -> list[str]:
    return [f"{ALGORITHM}:{path.name}" for path in cache.store.iterdir() if _TREE_NAME.fullmatch(path.name)]


def _marked_at(cache: BundleCache, digest: str) -> float:
    try:
        return cache.record_file(digest).stat().st_mtime
    except OSError:
        return 0


def _remove_lone_records(cache: BundleCache) -> None:
    for path in cache.store.iterdir():
        if path.suffix == ".json" and not _is_folder(path.with_suffix("")):
            cache.retire(path)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
