"""Plugins found and read as doctor does it, for tests that need no command line."""

import time
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.plugin_index import PluginIndex


def examined(*paths: Path) -> list[KnownPlugin]:
    """Read the plugins at these paths, in this order."""
    origins = [
        Origin(kind="flag", named=str(path), path=str(path), real_path=str(path.resolve()), is_file=path.is_file())
        for path in paths
    ]
    return read_plugins(origins, FileReadings(PluginIndex(reader="test"), time.time_ns))


def written(folder: Path, modules: dict[str, str]) -> list[Path]:
    """Write a plugin of one file for each module."""
    paths = []
    for name, text in modules.items():
        paths.append(folder / f"{name}.py")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def told(finding: Diagnostic) -> tuple[str, str, str, str]:
    """Give code, severity, place and message."""
    span = finding.span
    place = f"{Path(span.file).name}:{span.line}:{span.column}" if span else ""
    return finding.code, str(finding.severity), place, finding.message
