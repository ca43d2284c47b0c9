"""The index of plugin files: what each file says, kept by its path, inode, times and size, so that it is read once.

It is a cache of one user's: a file that is corrupt, of another form or of another owner is as good as none, and what
two processes write at once is lost for one of them at most until the next time.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from aetherflow.core.documents.regular_files import FileTooLarge, read_own
from aetherflow.core.plugins.distributions import SiteReading
from aetherflow.core.plugins.module_reading import ModuleReading, Provided
from aetherflow.core.plugins.plugin_manifest import ManifestReading
from aetherflow.core.plugins.witnesses import Witness
from aetherflow.version import VERSION

Entry = TypeVar("Entry")

FORM: Literal["aetherflow plugin index 7"] = "aetherflow plugin index 7"
MOST_FILES = 20_000
MOST_SOUND = 1_000
LARGEST_BYTES = 64 * 1024 * 1024


class FileEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file as it was read: what it was then, its digest, and what a module or manifest says."""

    inode: int
    mtime_ns: int
    changed_ns: int
    size: int
    read_at_ns: int
    digest: str
    module: ModuleReading | None = None
    manifest: ManifestReading | None = None


class SiteEntry(Struct, frozen=True, kw_only=True):
    """One site directory as it was read. ``witnesses`` are itself and everything that the reading depends on."""

    read_at_ns: int
    witnesses: tuple[Witness, ...]
    reading: SiteReading


class TreeEntry(Struct, frozen=True, array_like=True):
    """The digests of a plugin's files, and that of the tree which they make."""

    files: dict[str, str]
    digest: str


class PluginIndex(Struct, frozen=True, kw_only=True):
    """Everything that is known of plugin files. ``reader`` is the version of what read them.

    ``trees`` are by the path of a plugin's first file. ``recorded`` is what loads of plugins registered, by the tree's
    digest: for those whose text does not tell. ``sound`` are the trees whose text is certain to be refused for nothing,
    each with the modules of others that it cannot do without.
    """

    form: Literal["aetherflow plugin index 7"] = FORM
    reader: str
    files: dict[str, FileEntry] = {}
    sites: dict[str, SiteEntry] = {}
    trees: dict[str, TreeEntry] = {}
    recorded: dict[str, tuple[Provided, ...]] = {}
    sound: dict[str, tuple[str, ...]] = {}


def current_reader() -> str:
    """Give what reads plugins now: a new version of ours, or of Python, may read them in another way."""
    return f"{VERSION}, Python {sys.version_info[0]}.{sys.version_info[1]}"


def read_index(path: Path, reader: str) -> PluginIndex:
    """Read the index; an empty one where there is none, or none that can be trusted or understood."""
    try:
        index = msgspec.json.decode(read_own(path, LARGEST_BYTES), type=PluginIndex)
    except (OSError, msgspec.DecodeError, RecursionError):
        return PluginIndex(reader=reader)
    return index if index.reader == reader else PluginIndex(reader=reader)


def write_index(path: Path, index: PluginIndex, hides: Callable[[str], bool] = lambda text: False) -> bool:
    """Put the index in its place in one step; false where that cannot be done, which costs time and nothing else.

    What ``hides`` tells to hold a secret is left out.
    """
    from aetherflow.core.state.private_files import replace_private  # deferred: mostly nothing is new

    try:
        replace_private(path, _content(_pruned(index), hides))
    except (OSError, UnicodeEncodeError, OverflowError, RecursionError):
        return False
    return True


def _content(index: PluginIndex, hides: Callable[[str], bool]) -> bytes:
    """Give what is written; raises FileTooLarge for what would not be read, and PermissionError for a path's secret."""
    content = msgspec.json.encode(index)
    if hides(content.decode()):
        files, recorded = _open_to_all(index.files, hides), _open_to_all(index.recorded, hides)
        content = msgspec.json.encode(msgspec.structs.replace(index, files=files, recorded=recorded))
        if hides(content.decode()):
            raise PermissionError("a path or a distribution holds a secret")
    if len(content) > LARGEST_BYTES:
        raise FileTooLarge("the index would be larger than what is read of one")
    return content


def _open_to_all(entries: Mapping[str, Entry], hides: Callable[[str], bool]) -> dict[str, Entry]:
    return {name: entry for name, entry in entries.items() if not hides(msgspec.json.encode(entry).decode())}


def _pruned(index: PluginIndex) -> PluginIndex:
    """Forget files that are gone, once there are many."""
    if len(index.files) <= MOST_FILES:
        return index
    kept = {path: entry for path, entry in index.files.items() if Path(path).exists()}
    return msgspec.structs.replace(index, files=kept if len(kept) <= MOST_FILES else {}, trees={})
