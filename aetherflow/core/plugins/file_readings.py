"""Reads plugin files through the index: from it where nothing has changed, else anew, each file once."""

import os
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.regular_files import open_regular
from aetherflow.core.plugins.digests import stream_digest, tree_digest
from aetherflow.core.plugins.distributions import SiteReading
from aetherflow.core.plugins.module_reading import ModuleReading, Provided
from aetherflow.core.plugins.plugin_index import MOST_SOUND, FileEntry, PluginIndex, SiteEntry, TreeEntry
from aetherflow.core.plugins.plugin_manifest import ManifestReading
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST, SourceFile
from aetherflow.core.plugins.witnesses import CLOCK_TICK_NS, look


class FileReadings:
    """What files say. ``index`` is what is known by now; ``has_news`` tells that it is worth writing.

    What the index says is believed: where it must not decide anything, in enterprise, an empty one is given.
    """

    def __init__(self, index: PluginIndex, now_ns: Callable[[], int]) -> None:
        self._index = index
        self._now_ns = now_ns
        self._files = dict(index.files)
        self._sites = dict(index.sites)
        self._trees = dict(index.trees)
        self._recorded = dict(index.recorded)
        self._sound = dict(index.sound)
        self._settled: set[str] = set()  # read by this very object: what was read once stays for its life
        self.has_news = False

    @property
    def index(self) -> PluginIndex:
        """The index with everything that has been read."""
        return replace(
            self._index,
            files=self._files,
            sites=self._sites,
            trees=self._trees,
            recorded=self._recorded,
            sound=self._sound,
        )

    def module(self, path: str, file: SourceFile) -> ModuleReading:
        """Give what a module's text says."""
        entry = self._entry(path, file)
        if entry is not None and entry.module is None:  # digested before, now wanted
            entry = self._read_anew(path, parse=True)
        return entry.module if entry and entry.module else ModuleReading(diagnostics=(_vanished(path),), is_read=False)

    def manifest(self, path: str, file: SourceFile) -> ManifestReading:
        """Give what a plugin's manifest says."""
        entry = self._entry(path, file)
        return entry.manifest if entry and entry.manifest else ManifestReading(None, {}, (_vanished(path),))

    def digest(self, path: str, file: SourceFile) -> str:
        """Give the digest of a file; nothing where it cannot be read."""
        entry = self._entry(path, file, parse=False)
        return entry.digest if entry else ""

    def tree(self, path: str, digests: dict[str, str]) -> str:
        """Give the digest of the tree whose first file is at ``path``, from the digests of all its files."""
        entry = self._trees.get(path)
        if entry is None or entry.files != digests:
            entry = self._trees[path] = TreeEntry(digests, tree_digest(digests))
            self.has_news = True
        return entry.digest

    def recorded(self, tree: str) -> tuple[Provided, ...] | None:
        """Give what a load of a plugin with this tree digest registered, where one was recorded."""
        return self._recorded.get(tree)

    def record(self, tree: str, provides: tuple[Provided, ...]) -> None:
        """Keep what a load of a plugin registered, unless that is too much to be kept."""
        from aetherflow.core.plugins.largest_files import fits_index  # deferred: only wanted after a load

        if self._recorded.get(tree) != provides and fits_index(provides):
            self._recorded[tree] = provides
            self.has_news = True

    def needs_when_sound(self, tree: str) -> tuple[str, ...] | None:
        """Give the modules of others that a plugin with this tree digest needs, where nothing else can be wrong."""
        return self._sound.get(tree)

    def record_sound(self, tree: str, needs: tuple[str, ...]) -> None:
        """Keep that the text of a plugin is certain to be refused for nothing; the oldest of many are forgotten."""
        while len(self._sound) >= MOST_SOUND:
            del self._sound[next(iter(self._sound))]
        self._sound[tree] = needs
        self.has_news = True

    def site(self, folder: str) -> SiteReading:
        """Give the distributions of a site directory; pass it to `installed_distributions`."""
        entry = self._sites.get(folder)
        if entry is not None and _is_current(entry):
            return entry.reading
        # deferred: only wanted when something was installed or removed
        from aetherflow.core.plugins.site_scan import scan_site

        now_ns = self._now_ns()
        scanned = scan_site(folder)
        witnesses = tuple(map(look, dict.fromkeys((folder, *scanned.looked_at))))
        reading = replace(scanned, looked_at=())
        self._sites[folder] = SiteEntry(read_at_ns=now_ns, witnesses=witnesses, reading=reading)
        self.has_news = True
        return reading

    def _entry(self, path: str, file: SourceFile, *, parse: bool = True) -> FileEntry | None:
        entry = self._files.get(path)
        if path in self._settled or (entry is not None and _is_same(entry, file)):
            return entry
        return self._read_anew(path, parse=parse)

    def _read_anew(self, path: str, *, parse: bool) -> FileEntry | None:
        self._settled.add(path)
        entry = _read(path, self._now_ns(), parse)
        if entry is None:
            self._files.pop(path, None)
        else:
            self._files[path] = entry
            self.has_news = True
        return entry


def _is_same(entry: FileEntry, file: SourceFile) -> bool:
    """Tell whether a file is what was read; ``changed_ns`` is the time that nobody can set."""
    if (entry.inode, entry.mtime_ns, entry.changed_ns, entry.size) != (
        file.inode,
        file.mtime_ns,
        file.changed_ns,
        file.size,
    ):
        return False
    return entry.read_at_ns - max(entry.mtime_ns, entry.changed_ns) > CLOCK_TICK_NS


def _is_current(entry: SiteEntry) -> bool:
    return all(each.is_settled(entry.read_at_ns) and look(each.path) == each for each in entry.witnesses)


def _read(path: str, now_ns: int, parse: bool) -> FileEntry | None:
    """Read a file once; what it is then is what the entry is kept by."""
    # deferred: only wanted when a file has changed
    from aetherflow.core.plugins.largest_files import LARGEST_MANIFEST_BYTES, LARGEST_MODULE_BYTES

    is_module = parse and path.endswith(".py")
    is_manifest = Path(path).name == PLUGIN_MANIFEST
    # What is not to be understood is digested piece by piece, and so is what is too large for it.
    most_bytes = LARGEST_MODULE_BYTES if is_module else LARGEST_MANIFEST_BYTES if is_manifest else -1
    try:
        with open_regular(path) as stream:
            status = os.fstat(stream.fileno())
            content = stream.read(most_bytes + 1)
            digest = stream_digest(stream, content)
    except OSError:
        return None
    size = max(status.st_size, len(content))
    return FileEntry(
        inode=status.st_ino,
        mtime_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        size=status.st_size,
        read_at_ns=now_ns,
        digest=digest,
        module=_module(path, content, size) if is_module else None,
        manifest=_manifest(path, content, size) if is_manifest else None,
    )


def _module(path: str, content: bytes, size: int) -> ModuleReading:
    # deferred: only wanted when a module has changed
    from aetherflow.core.plugins.static_reading import read_module

    return read_module(path, content, size)


def _manifest(path: str, content: bytes, size: int) -> ManifestReading:
    # deferred: only wanted when a manifest has changed
    from aetherflow.core.plugins.manifest_reader import manifest_of

    return manifest_of(path, content, size)


def _vanished(path: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P143",
        message=f'"{path}" cannot be read',
        hint="give the user who runs the flow the right to read it, or remove it",
    )
