"""Byte code without the source that it was made of: what it does, nobody can read."""

import os
from collections.abc import Iterator
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.plugin_tree import MAX_FILES, PLUGIN_MANIFEST

_CACHE = "__pycache__"
_SUFFIXES = (".pyc", ".pyo")
_FOREIGN = frozenset({"node_modules", "site-packages"})


def byte_code_findings(source: PluginSource) -> Iterator[Diagnostic]:
    """Warn of byte code that Python would import though there is no source; what is left in a cache is noted."""
    for path in _byte_code(source.root) if source.form != "file" else ():
        is_cached = path.parent.name == _CACHE
        folder = path.parent.parent if is_cached else path.parent
        if not (folder / f"{path.name.partition('.')[0]}.py").exists():
            yield _left_alone(path) if is_cached else _without_source(path)


def _byte_code(root: str) -> Iterator[Path]:
    seen = 0
    for folder, folders, files in os.walk(root):
        seen += len(files)
        if seen > MAX_FILES:
            return  # discovery has told that it is too large
        folders[:] = sorted(name for name in folders if _belongs(Path(folder, name)))
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(_SUFFIXES))


def _belongs(folder: Path) -> bool:
    """Tell a folder of the plugin from hidden ones, other plugins, and environments."""
    if folder.name.startswith(".") or folder.name in _FOREIGN:
        return False
    return not any((folder / name).exists() for name in (PLUGIN_MANIFEST, "pyvenv.cfg"))


def _without_source(path: Path) -> Diagnostic:
    return Diagnostic(
        code="AF-P415",
        severity=Severity.WARNING,
        message=f'"{path}" is byte code without source: nobody can read what it does',
        hint="aetherflow does not load it, other programs may: put the source there, or remove it",
    )


def _left_alone(path: Path) -> Diagnostic:
    return Diagnostic(
        code="AF-P415",
        severity=Severity.NOTE,
        message=f'"{path}" is left of a module that is gone',
        hint="remove it: neither Python nor aetherflow loads it",
    )
