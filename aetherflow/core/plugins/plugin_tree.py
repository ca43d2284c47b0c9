"""The files of a plugin: what stands below its folder, and what of it is left out.

Left out are hidden files and folders, byte code, virtual environments, links that lead out of the plugin, and folders
that are plugins of their own. Everything else belongs to the plugin and to its digest, package data and tests too.
"""

import os
from stat import S_ISDIR, S_ISREG

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.plugins.path_look import PACKAGE_FILE

PLUGIN_MANIFEST = "aetherflow-plugin.yaml"
MAX_FILES = 5_000
MAX_DEPTH = 32

#: Folders that belong to no plugin.
FOREIGN_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages"})
_BYTE_CODE = (".pyc", ".pyo")


class SourceFile(Struct, frozen=True, array_like=True):
    """A file of a plugin: its path below the root, with ``/``, and what tells whether it has changed since."""

    path: str
    size: int
    inode: int
    mtime_ns: int
    changed_ns: int


class PluginTree(Struct, frozen=True):
    """The files of a plugin by path, sub-folders that are plugins of their own, and what is wrong.

    ``folders`` are all that were looked into: a file that is new is in one of them.
    """

    files: tuple[SourceFile, ...]
    nested: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    folders: tuple[str, ...] = ()


def read_tree(root: str, apart: frozenset[str] = frozenset()) -> PluginTree:
    """Look through a plugin's folder; ``apart`` are real paths that are plugins of their own. No input raises."""
    walk = _Walk(root, apart)
    try:
        walk.enter(root, "", 0, in_package=False)
    except _TooLarge:
        return PluginTree((), (), (*walk.findings, _too_large(root)))
    files = tuple(sorted(walk.files, key=_by_path))
    return PluginTree(files, tuple(walk.nested), tuple(walk.findings), tuple(walk.folders))


def source_file(path: str, name: str) -> SourceFile | None:
    """Look at one file; None where it is a pipe or the like. Raises OSError."""
    status = os.stat(path)  # noqa: PTH116  # once per file on the way to `plugins list`: a Path costs more
    return _file(name, status) if S_ISREG(status.st_mode) else None


class _TooLarge(Exception):
    """There is more than a plugin can be."""


class _Walk:
    def __init__(self, root: str, apart: frozenset[str]) -> None:
        self._inside = root.rstrip("/") + "/"
        self._apart = apart
        self._seen: set[tuple[int, int]] = set()
        self.files: list[SourceFile] = []
        self.nested: list[str] = []
        self.findings: list[Diagnostic] = []
        self.folders: list[str] = []

    def enter(self, folder: str, prefix: str, depth: int, *, in_package: bool) -> None:
        self.folders.append(folder)
        entries = self._entries(folder)
        names = {entry.name for entry in entries}
        if prefix and "pyvenv.cfg" in names:
            return
        if prefix and PLUGIN_MANIFEST in names and not in_package:
            self.nested.append(folder)
            return
        in_package = in_package or PACKAGE_FILE in names
        for entry in entries:
            if not entry.name.startswith(".") and self._is_text(entry):
                self._take(entry, prefix + entry.name, depth, in_package)

    def _take(self, entry: "os.DirEntry[str]", path: str, depth: int, in_package: bool) -> None:
        try:
            status = entry.stat()
        except OSError as error:
            self.findings.append(_unreadable(entry.path, error))
            return
        if entry.is_symlink() and not self._leads_inside(entry.path):
            return
        if S_ISDIR(status.st_mode):
            self._take_folder(entry, path, depth, in_package, (status.st_dev, status.st_ino))
        elif S_ISREG(status.st_mode) and not path.endswith(_BYTE_CODE) and entry.path not in self._apart:
            self.files.append(_file(path, status))
            if len(self.files) > MAX_FILES:
                raise _TooLarge

    def _take_folder(
        self, entry: "os.DirEntry[str]", path: str, depth: int, in_package: bool, identity: tuple[int, int]
    ) -> None:
        if entry.name in FOREIGN_FOLDERS or entry.path in self._apart or identity in self._seen:
            return
        if depth >= MAX_DEPTH:
            raise _TooLarge
        self._seen.add(identity)  # a link back up would never end
        self.enter(entry.path, f"{path}/", depth + 1, in_package=in_package)

    def _entries(self, folder: str) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(folder) as found:
                return sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.findings.append(_unreadable(folder, error))
            return []

    def _leads_inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        if real.startswith(self._inside):
            return real not in self._apart
        self.findings.append(_leads_out(path, real))
        return False

    def _is_text(self, entry: "os.DirEntry[str]") -> bool:
        if entry.name.isprintable():
            return True
        self.findings.append(_unprintable(entry.path))
        return False


def _by_path(file: SourceFile) -> str:
    return file.path


def _file(path: str, status: os.stat_result) -> SourceFile:
    return SourceFile(path, status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)


def _leads_out(path: str, real: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P131",
        severity=Severity.WARNING,
        message=f'"{path}" is a link to "{real}", out of the plugin: it is left out',
        hint="copy the file into the plugin, or name the folder that it leads to as a plugin path of its own",
    )


def _too_large(root: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P132",
        message=f'"{root}" is too large to be a plugin: more than {MAX_FILES:,} files, or {MAX_DEPTH} folders deep',
        hint="name the folder that holds the plugin's modules, not one above it",
    )


def _unreadable(path: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="AF-P143",
        severity=Severity.WARNING,
        message=f'"{path}" cannot be read: {system_reason(error)}',
        hint="give the user who runs the flow the right to read it, or remove it",
    )


def _unprintable(path: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P133",
        severity=Severity.WARNING,
        message=f"{path!a} has a name that cannot be printed: it is left out",
        hint="rename it",
    )
