"""Finds the source file of an installed module without importing anything, editable installs included."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from aetherflow.core.plugins.path_look import PACKAGE_FILE
from aetherflow.core.plugins.small_files import read_small, read_small_text


class ModulePlaces(Struct, frozen=True, kw_only=True):
    """Where the modules of one distribution may stand.

    ``mapped`` gives paths of single modules, ``folders`` are searched, then ``site`` for what the distribution's own
    RECORD lists. Without a record (a system package) everything in ``site`` counts. ``told_by`` are the files that say
    so, or would.
    """

    site: str
    mapped: Mapping[str, str] = {}
    folders: tuple[str, ...] = ()
    record: frozenset[str] | None = None
    editable: bool = False
    told_by: tuple[str, ...] = ()


class ModuleFile(Struct, frozen=True):
    """A module's source file, the folder of its outermost package (or the file itself), and that one's dotted name."""

    file: str
    root: str
    package: str


def places_of(site: str, info: str) -> ModulePlaces:
    """Read where a distribution keeps its modules from its dist-info folder."""
    told_by = (f"{info}/RECORD", f"{info}/direct_url.json")
    record = _record(info)
    direct = read_small(f"{info}/direct_url.json")
    if record is None and not direct:
        return ModulePlaces(site=site, told_by=told_by)
    # deferred: only wanted where a distribution has entry points of ours
    from aetherflow.core.plugins.editable_installs import (
        editable_folders,
        editable_mapping,
        finder_files,
        project_folder,
    )

    links = [f"{site}/{name}" for name in sorted(record or ()) if name.endswith(".pth") and "/" not in name]
    finders = finder_files(site, links)
    mapped = editable_mapping(finders)
    project = project_folder(direct)
    folders = editable_folders(links)
    if project and not folders and not mapped:
        folders = [f"{project}/src", project]
    return ModulePlaces(
        site=site,
        mapped=mapped,
        folders=tuple(folders),
        record=record,
        editable=bool(project or folders or mapped),
        told_by=(*told_by, *links, *finders),
    )


def locate_module(name: str, places: ModulePlaces) -> ModuleFile | None:
    """Give the source of a module, or None where there is none to be found."""
    for file in _files(name, places):
        if Path(file).is_file():
            return _around(os.path.realpath(file), name)
    return None


def looked_at(name: str, places: ModulePlaces) -> Iterator[str]:
    """Give every path that decides where a module is found: by what stands there, or by nothing standing there."""
    for file in _files(name, places):
        yield file
        if Path(file).is_file():
            real = Path(os.path.realpath(file))
            yield str(real)
            yield from (str(folder / PACKAGE_FILE) for folder in real.parents[: name.count(".") + 1])
            return


def _files(name: str, places: ModulePlaces) -> Iterator[str]:
    for path in _candidates(name, places):
        yield f"{path}/{PACKAGE_FILE}"
        yield path if path.endswith(".py") else f"{path}.py"


def _candidates(name: str, places: ModulePlaces) -> Iterator[str]:
    """Give the paths, without suffix, at which a module may stand."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        mapped = places.mapped.get(".".join(parts[:length]))
        if mapped is not None:
            yield "/".join([mapped.removesuffix("/" + PACKAGE_FILE), *parts[length:]])
    yield from ("/".join([folder, *parts]) for folder in places.folders)
    if places.record is None or {f"{'/'.join(parts)}.py", f"{'/'.join(parts)}/{PACKAGE_FILE}"} & places.record:
        yield "/".join([places.site, *parts])


def _around(file: str, name: str) -> ModuleFile:
    """Climb from a module to its outermost package."""
    parts = name.split(".")
    path = Path(file)
    is_package = path.name == PACKAGE_FILE
    root = path.parent if is_package else path
    while len(parts) > 1 and (root.parent / PACKAGE_FILE).is_file():
        root = root.parent
        parts.pop()
    return ModuleFile(file, str(root), ".".join(parts))


def _record(info: str) -> frozenset[str] | None:
    lines = read_small_text(f"{info}/RECORD").splitlines()
    # `path,hash,size`; a path with a comma is in quotes.
    return frozenset(line.rsplit(",", 2)[0].strip('"') for line in lines) if lines else None
