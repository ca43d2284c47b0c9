"""Which trees stay in the cache: the last five that were active, and those that somebody uses."""

import os
import re
from collections.abc import Collection
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


def evict(cache: BundleCache, active: str, in_use: Collection[str]) -> None:
    """Remove trees that nobody needs; the cache is locked, ``active`` stays. Raises OSError."""
    stored = _trees(cache)
    by_use = sorted(stored, key=lambda digest: _last_use(cache, digest, active), reverse=True)
    for digest in by_use[KEPT_TREES:]:
        if digest not in in_use:
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


def _last_use(cache: BundleCache, digest: str, active: str) -> tuple[bool, float]:
    try:
        used_at = cache.record_file(digest).stat().st_mtime
    except OSError:
        used_at = 0.0
    return digest == active, used_at  # whatever the clock says, the active one is the newest


def _remove_lone_records(cache: BundleCache) -> None:
    for path in cache.store.iterdir():
        if path.suffix == ".json" and not _is_folder(path.with_suffix("")):
            cache.retire(path)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
