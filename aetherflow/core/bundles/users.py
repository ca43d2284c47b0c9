"""Which state files have runs of a bundle: flows may name their own, and the cache keeps what their runs may need."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from aetherflow.core.bundles.cache import BundleCache
from aetherflow.core.bundles.values import ActiveBundle
from aetherflow.core.state.private_files import PRIVATE_FILE, make_private_folder


def note_state_file(bundle: ActiveBundle, state_file: Path) -> None:
    """Note that runs of a state file use bundles of this id; a cache that cannot be written forgets it."""
    path = os.fsencode(state_file.absolute())
    note = _folder(BundleCache(bundle.root.parent.parent)) / hashlib.sha256(path).hexdigest()[:16]
    if note.exists():
        return
    with suppress(OSError):
        make_private_folder(note.parent)
        # Not in staging, which whoever holds the lock may empty.
        temporary = note.with_name(f".{note.name}.{os.urandom(6).hex()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
        with open(descriptor, "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
            stream.write(path)
        temporary.replace(note)


def noted_state_files(cache: BundleCache) -> list[Path]:
    """Give the state files that have, or had, runs of bundles of this id."""
    try:
        notes = sorted(_folder(cache).glob("[!.]*"))
    except OSError:
        return []
    return [Path(os.fsdecode(note.read_bytes())) for note in notes]


def _folder(cache: BundleCache) -> Path:
    return cache.folder / "users"
