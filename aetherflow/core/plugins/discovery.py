"""From accepted origins to the plugins that lie there; nothing of them is executed."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.distributions import COMPILER_GROUP, EntryPoint, InstalledDistribution
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.path_look import PACKAGE_FILE
from aetherflow.core.plugins.plugin_ids import RESERVED_NAMES, Named, plugin_ids, same_in_a_module
from aetherflow.core.plugins.plugin_manifest import ManifestReading
from aetherflow.core.plugins.plugin_source import PluginForm, PluginSource, Unit, module_files
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST, PluginTree, SourceFile, read_tree, source_file
from aetherflow.core.plugins.units import unit_findings, units_of

#: Gives what a manifest says, by its path and what tells whether it has changed.
ReadManifest = Callable[[str, SourceFile], ManifestReading]

NO_VERSION = "0"


class Found(Struct, frozen=True, kw_only=True):
    """Where a plugin was found, before it has a name."""

    form: PluginForm
    origin: Origin
    root: str
    name: str
    version: str = NO_VERSION
    package: str = ""


def discover(origins: Iterable[Origin], read_manifest: ReadManifest) -> list[PluginSource]:
    """Give the plugins of the accepted origins, in their order; findings stand with the plugin that they are about."""
    origins = list(origins)
    apart = frozenset(path for origin in origins for path in (origin.real_path, *origin.roots) if path)
    found = [source for origin in origins for source in _of_origin(origin, apart, read_manifest)]
    return _with_ids(found)


def _of_origin(origin: Origin, apart: frozenset[str], read_manifest: ReadManifest) -> Iterator[PluginSource]:
    if origin.distribution is not None:
        yield from _of_distribution(origin, origin.distribution, read_manifest)
    elif origin.real_path:
        yield from _of_path(origin, apart, read_manifest)


def _of_path(origin: Origin, apart: frozenset[str], read_manifest: ReadManifest) -> Iterator[PluginSource]:
    if origin.is_file:
        yield _single_file(origin, read_manifest)
    else:
        yield from _of_folder(origin, origin.real_path, _folder_name(origin), apart, read_manifest)


def _of_folder(
    origin: Origin, root: str, name: str, apart: frozenset[str], read_manifest: ReadManifest
) -> Iterator[PluginSource]:
    """Give the plugin of a folder, and those in sub-folders that have manifests of their own."""
    tree = read_tree(root, apart)
    is_package = any(file.path == PACKAGE_FILE for file in tree.files)
    package = _last_part(root) if is_package else ""
    found = Found(form="package" if is_package else "folder", origin=origin, root=root, name=name, package=package)
    modules = module_files(tree.files, package)
    units = units_of(modules)
    if units or not tree.nested:
        extra = list(unit_findings(root, tree.files, modules))
        if not units and not tree.diagnostics:
            extra.append(_nothing_there(found))
        yield _source(found, tree, modules, units, extra, read_manifest)
    for folder in tree.nested:
        for inner in _of_folder(origin, folder, _last_part(folder), apart, read_manifest):
            yield replace(inner, folders=(*tree.folders, *inner.folders))


def _single_file(origin: Origin, read_manifest: ReadManifest) -> PluginSource:
    """Give the plugin of one file; a manifest beside it is its own."""
    folder, name = os.path.split(origin.real_path)
    module = Path(origin.path).stem  # as named: a link's target may be called anything
    files = tuple(file for each in (name, PLUGIN_MANIFEST) for file in _file_if_there(folder, each))
    found = Found(form="file", origin=origin, root=folder, name=module)
    return _source(found, PluginTree(files), {module: name}, (Unit(module, name),), [], read_manifest)


def _file_if_there(folder: str, name: str) -> Iterator[SourceFile]:
    try:
        file = source_file(f"{folder}/{name}", name)
    except OSError:
        return  # no manifest; a module that has just vanished is found missing when it is read
    if file is not None:
        yield file


def _of_distribution(
    origin: Origin, distribution: InstalledDistribution, read_manifest: ReadManifest
) -> Iterator[PluginSource]:
    """Give one plugin for each package or module that the entry points lead to: mostly there is one."""
    roots = distribution.roots
    for root in roots:
        points = [point for point in distribution.entry_points if point.root == root]
        package = points[0].package
        is_file = root.endswith(".py") and not Path(root).is_dir()
        found = Found(
            form="distribution",
            origin=origin,
            root=str(Path(root).parent) if is_file else root,
            name=distribution.name if len(roots) == 1 else f"{distribution.name}.{package}",
            version=distribution.version,
            package=package.rpartition(".")[0] if is_file else package,
        )
        tree = PluginTree(tuple(_file_if_there(found.root, Path(root).name))) if is_file else read_tree(root)
        modules = module_files(tree.files, found.package)
        yield _source(found, tree, modules, _entry_units(points, found), [], read_manifest)


def _entry_units(points: list[EntryPoint], found: Found) -> tuple[Unit, ...]:
    """Give the modules that entry points name: of a distribution nothing else is loaded by itself."""
    modules: dict[tuple[str, str], list[EntryPoint]] = {}
    for point in points:
        modules.setdefault((point.module, os.path.relpath(point.file, found.root)), []).append(point)
    return tuple(_entry_unit(module, file, points) for (module, file), points in modules.items())


def _entry_unit(module: str, file: str, points: list[EntryPoint]) -> Unit:
    named = [point for point in points if point.attribute]
    compilers = tuple(point.attribute for point in named if point.group == COMPILER_GROUP)
    return Unit(module, file, tuple(point.attribute for point in named), compilers)


def _source(
    found: Found,
    tree: PluginTree,
    modules: dict[str, str],
    units: tuple[Unit, ...],
    findings: list[Diagnostic],
    read_manifest: ReadManifest,
) -> PluginSource:
    described = next((file for file in tree.files if file.path == PLUGIN_MANIFEST), None)
    reading = read_manifest(f"{found.root}/{PLUGIN_MANIFEST}", described) if described else ManifestReading(None)
    manifest = reading.manifest
    return PluginSource(
        id="",
        name=(manifest and manifest.name) or found.name,
        version=(manifest and manifest.version) or found.version,
        form=found.form,
        origin=found.origin,
        root=found.root,
        package=found.package,
        files=tree.files,
        modules=modules,
        units=units,
        manifest=manifest,
        manifest_file=PLUGIN_MANIFEST if described else "",
        manifest_spans=reading.spans,
        diagnostics=(*tree.diagnostics, *findings, *reading.diagnostics),
        folders=tree.folders,
    )


def _folder_name(origin: Origin) -> str:
    """Give the last part of a folder's path as it is named, where that is a name."""
    name = _last_part(origin.path)
    if name in (".", "..", PACKAGE_FILE) or "/../" in origin.path:
        return _last_part(origin.real_path)
    return name


def _last_part(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or "root"


def _with_ids(sources: list[PluginSource]) -> list[PluginSource]:
    """Give each plugin its id, and say where that is not its name."""
    ids = plugin_ids([Named(name=source.name, path=source.place, place=_whole_place(source)) for source in sources])
    counted = Counter(map(same_in_a_module, (*RESERVED_NAMES, *(source.name for source in sources))))
    return [
        _with_id(source, plugin_id, is_shared=counted[same_in_a_module(source.name)] > 1)
        for source, plugin_id in zip(sources, ids, strict=True)
    ]


def _whole_place(source: PluginSource) -> str:
    """Give what no other plugin has: two distributions may lead to one package."""
    distribution = source.origin.distribution
    return f"{source.place}\0{distribution.info}" if distribution else source.place


def _with_id(source: PluginSource, plugin_id: str, *, is_shared: bool) -> PluginSource:
    if plugin_id == source.name or normalised_name(source.name) in RESERVED_NAMES:
        return replace(source, id=plugin_id)  # that no plugin may have the name is told by another rule
    told = _shared_name(source, plugin_id) if is_shared else _name_like_an_id(source, plugin_id)
    return replace(source, id=plugin_id, diagnostics=(*source.diagnostics, told))


def _first_file(source: PluginSource) -> Span | None:
    return next((Span(source.path_of(unit.file), 1, 1, 1, 1) for unit in source.units), None)


def _nothing_there(found: Found) -> Diagnostic:
    return Diagnostic(
        code="AF-P130",
        severity=Severity.WARNING,
        message=f'there is no module to load in "{found.root}"',
        hint='modules are *.py files; those that begin with "_" or "." and tests are not loaded by themselves',
    )


def _shared_name(source: PluginSource, plugin_id: str) -> Diagnostic:
    return _known_as(f'another plugin is called "{source.name}" too', source, plugin_id)


def _name_like_an_id(source: PluginSource, plugin_id: str) -> Diagnostic:
    return _known_as(f'"{source.name}" is a name as other plugins are known by', source, plugin_id)


def _known_as(reason: str, source: PluginSource, plugin_id: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P135",
        severity=Severity.WARNING,
        message=f'{reason}: the one in "{source.root}" is known as "{plugin_id}"',
        hint=f"give each a name of its own in its {PLUGIN_MANIFEST}",
        span=source.manifest_spans.get("name") or _first_file(source),
    )
