"""Plugins written to disk and loaded, for tests."""

import importlib
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

from aetherflow.core.plugins.discovery import discover
from aetherflow.core.plugins.distributions import EntryPoint, InstalledDistribution
from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin
from aetherflow.core.plugins.loading.loader import load_plugin
from aetherflow.core.plugins.loading.snapshot import Snapshot, read_snapshot
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.plugin_source import PluginSource
from tests.plugins.manifests import read_manifest


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files, indented as it suits the test."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).removeprefix("\n") if text.startswith("\n ") else text)
    return folder


def snapshot_at(path: Path) -> Snapshot:
    """Read the plugin at a path."""
    return read_snapshot(source_at(path))


def source_at(path: Path) -> PluginSource:
    """Find the plugin at a path."""
    return _source(
        Origin(kind="flag", named=str(path), path=str(path), real_path=str(path.resolve()), is_file=path.is_file())
    )


def installed_snapshot(site: Path, *entry_points: str, package: str = "") -> Snapshot:
    """Read the plugin of a distribution with entry points MODULE or MODULE:NAME in the outermost ``package``."""
    distribution = InstalledDistribution(
        name="acme-plugin",
        version="1.0",
        site=str(site),
        info=str(site / "acme_plugin-1.0.dist-info"),
        entry_points=tuple(_entry_point(site, text, package) for text in entry_points),
    )
    return read_snapshot(_source(Origin(kind="package", named="acme-plugin", distribution=distribution)))


def load(path: Path) -> LoadedPlugin:
    """Read and load the plugin at a path."""
    return load_plugin(snapshot_at(path))


def load_files(folder: Path, files: dict[str, str]) -> LoadedPlugin:
    """Write a plugin and load it."""
    return load(write(folder, files))


def module(loaded: LoadedPlugin, name: str = "") -> ModuleType:
    """Give one of its modules, imported."""
    return importlib.import_module(f"{loaded.name}.{name}" if name else loaded.name)


def target(loaded: LoadedPlugin, name: str) -> Any:
    """Give the step type of a name."""
    found = loaded.contribution("step", name)
    assert found is not None, [failure.diagnostic.message for failure in loaded.failures]
    return found.target


def names(loaded: LoadedPlugin) -> list[str]:
    """Name what a plugin contributes."""
    return [each.name for each in loaded.contributions]


def findings(loaded: LoadedPlugin) -> list[tuple[str, str, str]]:
    """Give code, place and message of everything that failed."""
    found = [failure.diagnostic for failure in loaded.failures]
    return [(each.code, _place(each.span), each.message) for each in found]


def _place(span: Any) -> str:
    return f"{Path(span.file).name}:{span.line}:{span.column}"


def _source(origin: Origin) -> PluginSource:
    (source,) = discover([origin], read_manifest)
    return source


def _entry_point(site: Path, text: str, package: str) -> EntryPoint:
    module_name, _, attribute = text.partition(":")
    package = package or module_name.partition(".")[0]
    root = site.joinpath(*package.split("."))
    path = site.joinpath(*module_name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return EntryPoint(
        group="aetherflow.plugins",
        name="acme",
        module=module_name,
        attribute=attribute,
        line=2,
        file=str(file),
        root=str(root if root.is_dir() else file),
        package=package,
    )
