"""The names of the modules that a distribution has, for a name that is none of them."""

import os
from collections.abc import Iterator

from aetherflow.core.plugins.module_places import ModulePlaces
from aetherflow.core.plugins.path_look import PACKAGE_FILE
from aetherflow.core.plugins.small_files import entries_of

_MOST_MODULES = 500


def modules_in(places: ModulePlaces) -> list[str]:
    """Give the dotted names of a distribution's modules: those of its record, of its mapping, and of its folders."""
    found = dict.fromkeys(places.mapped)
    found |= dict.fromkeys(_dotted(file) for file in sorted(places.record or ()) if file.endswith(".py"))
    for root in dict.fromkeys((*places.folders, *places.mapped.values())):
        prefix = next((name for name, path in places.mapped.items() if path == root), "")
        found |= dict.fromkeys(f"{prefix}.{name}".strip(".") for name in _below(root.removesuffix(f"/{PACKAGE_FILE}")))
    return [name for name in found if name][:_MOST_MODULES]


def _below(folder: str, package: str = "", depth: int = 2) -> Iterator[str]:
    """Name the modules and packages of a folder, and those in the packages."""
    for name in entries_of(folder):
        path = f"{folder}/{name}"
        if name.endswith(".py"):
            yield _dotted(f"{package}{name}")
        elif os.path.isfile(f"{path}/{PACKAGE_FILE}"):  # noqa: PTH113  # as text, see `entries_of`
            yield _dotted(f"{package}{name}/{PACKAGE_FILE}")
            if depth:
                yield from _below(path, f"{package}{name}/", depth - 1)


def _dotted(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").removesuffix("__init__").replace("/", ".").strip(".")
