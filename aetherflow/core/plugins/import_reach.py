"""Which modules of a plugin run when its units are imported: the units, and what they import of the plugin."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping

from aetherflow.core.plugins.module_reading import ImportedModule, ModuleReading
from aetherflow.core.plugins.path_look import PACKAGE_FILE
from aetherflow.core.plugins.plugin_source import PluginSource


def reached_modules(source: PluginSource, reading_of: Callable[[str], ModuleReading]) -> list[str]:
    """Give the names of the modules that importing the units runs, each once, in the order in which it is found.

    ``reading_of`` gives what a file of the plugin says. Imports inside functions come too late to register anything.
    """
    modules = source.modules
    waiting = deque(name for unit in source.units for name in _with_packages(unit.module, modules))
    waiting += [unit.module for unit in source.units if unit.module not in modules]
    reached: dict[str, None] = {}
    while waiting:
        name = waiting.popleft()
        if name in reached:
            continue
        reached[name] = None
        for imported in reading_of(modules[name]).imports if name in modules else ():
            waiting += _imported(imported, name, modules, source.package)
    return list(reached)


def _imported(imported: ImportedModule, importer: str, modules: Mapping[str, str], package: str) -> Iterator[str]:
    for base in _bases(imported, importer, modules, package):
        target = _joined(base, imported.module)
        for each in (target, *(_joined(target, name) for name in imported.names)):
            yield from _with_packages(each, modules)


def _bases(imported: ImportedModule, importer: str, modules: Mapping[str, str], package: str) -> list[str]:
    """Give the packages that an import may be relative to: plain names reach siblings too, but never hide Python's."""
    own = importer if modules.get(importer, "").endswith(PACKAGE_FILE) else importer.rpartition(".")[0]
    if imported.level:
        parts = own.split(".") if own else []
        return [".".join(parts[: len(parts) - imported.level + 1])] if imported.level <= len(parts) + 1 else []
    top = imported.module.partition(".")[0]
    if top == "aetherflow" or top in sys.stdlib_module_names:
        return []
    return list(dict.fromkeys(["", own, package]))


def _with_packages(name: str, modules: Mapping[str, str]) -> Iterator[str]:
    """Give a module with the packages around it, outermost first, where it is one of the plugin's."""
    if name in modules and "." not in name:
        yield name
    elif name in modules:
        parts = name.split(".")
        prefixes = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        yield from (prefix for prefix in prefixes if prefix in modules)


def _joined(base: str, name: str) -> str:
    return f"{base}.{name}" if base and name else base or name
