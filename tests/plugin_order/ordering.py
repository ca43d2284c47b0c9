"""Plugins on disk and in memory, and short forms of what is made of them, for tests."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Contribution, Kind
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.plugins.contents import PluginContents
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.load_order import LoadOrder, load_order
from aetherflow.core.plugins.origins import Origin, OriginRequest, ResolvedOrigins, resolve_origins
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.plugin_index import PluginIndex
from aetherflow.core.plugins.plugin_manifest import PluginManifest
from aetherflow.core.plugins.plugin_source import PluginSource

MANIFEST = "aetherflow-plugin.yaml"


def write_plugin(root: Path, name: str, manifest: str = "", code: str = "") -> None:
    """Write a folder plugin; the manifest's author and description are there already."""
    (root / name).mkdir(parents=True)
    (root / name / "steps.py").write_text(code)
    if manifest:
        (root / name / MANIFEST).write_text(f"author: Ann\ndescription: For a test.\n{manifest}")


def readings() -> FileReadings:
    """Give readings that know nothing yet."""
    return FileReadings(PluginIndex(reader="test"), time.time_ns)


def origins(root: Path, *paths: str) -> ResolvedOrigins:
    """Give the origins that flags name, in their order."""
    return resolve_origins(OriginRequest(mode="internal_fast", cwd=str(root), flag_paths=paths))


def known(root: Path, *paths: str) -> list[KnownPlugin]:
    """Give the plugins of paths, read from disk."""
    return read_plugins(origins(root, *paths).accepted, readings())


def ordered(root: Path, manifests: Mapping[str, str], **faults: Sequence[Diagnostic]) -> LoadOrder:
    """Write plugins with manifests, named in this order, and order them."""
    for name, manifest in manifests.items():
        write_plugin(root, name, manifest)
    return load_order(known(root, *manifests), faults)


def names(order: LoadOrder) -> list[str]:
    """Give the ids of those that load."""
    return [plugin.source.id for plugin in order.plugins]


def left_out(order: LoadOrder) -> dict[str, list[str]]:
    """Give the codes of those that do not."""
    return {each.plugin.source.id: [finding.code for finding in each.diagnostics] for each in order.left_out}


def messages(order: LoadOrder) -> list[str]:
    """Give what is said of those that do not load."""
    return [finding.message for each in order.left_out for finding in each.diagnostics]


def shown(root: Path, *findings: Diagnostic) -> str:
    """Give findings as people see them, with paths below a root."""
    files = {finding.span.file for finding in findings if finding.span}
    text = render_text(findings, {file: Path(file).read_text() for file in files})
    return text.replace(str(root), "")


def fault(code: str = "AF-P201") -> Diagnostic:
    """Give an error that leaves a plugin out."""
    return Diagnostic(code=code, message="it is wrong", severity=Severity.ERROR)


def in_memory(name: str, *requires: str, version: str = "1.0") -> KnownPlugin:
    """Give a plugin that lies nowhere."""
    source = PluginSource(
        id=name,
        name=name,
        version=version,
        form="folder",
        origin=Origin(kind="flag", named=name),
        root=f"/plugins/{name}",
        package="",
        files=(),
        modules={},
        units=(),
        manifest=PluginManifest(requires=list(requires)),
    )
    return KnownPlugin(
        source=source, contents=PluginContents(provides=(), is_complete=True), file_digests={}, digest=""
    )


def contribution(
    plugin: str, name: str, kind: Kind = "step", *, origin: str = "environment", line: int = 3
) -> Contribution:
    """Give something that a plugin registers."""
    return Contribution(
        kind=kind,
        name=name,
        plugin=plugin,
        version="1.0",
        digest="d",
        origin=origin,
        file=f"/plugins/{plugin}/steps.py",
        line=line,
        load=object,
    )


def built_in(name: str, kind: Kind = "step") -> Contribution:
    """Give something that AetherFlow itself registers."""
    return contribution("aetherflow", name, kind, origin="built-in", line=9)


def shown_without_source(findings: Sequence[PluginFinding]) -> str:
    """Give findings about files that are not there as people see them."""
    return render_text([finding.diagnostic for finding in findings], {})
