"""All the code of a plugin that can run: its modules, each parsed once, and how they import each other."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from aetherflow.core.plugins.doctor.module_code import ModuleCode, read_code
from aetherflow.core.plugins.doctor.name_uses import Imported
from aetherflow.core.plugins.import_reach import reached_modules
from aetherflow.core.plugins.module_reading import ImportedModule, ModuleReading
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.units import is_test


class PluginCode(Struct, frozen=True):
    """The modules that are examined, by their dotted names; ``at_import`` are those that loading the plugin runs.

    ``is_whole`` is false where one of them could not be read.
    """

    source: PluginSource
    modules: dict[str, ModuleCode]
    at_import: frozenset[str]
    is_whole: bool

    def find(self, name: str, importer: ModuleCode) -> tuple[ModuleCode, str] | None:
        """Give the plugin's module that a dotted name leads to, as its importer sees it, and what follows.

        ``:x`` is the importer's own ``x``, ``.base.Thing`` that of a sibling.
        """
        if name.startswith(":"):
            return importer, name[1:]
        for base, rest in _readings(name, importer, self.source.package):
            parts = rest.split(".")
            for length in range(len(parts), 0, -1):
                module = self.modules.get(".".join([*base, *parts[:length]]))
                if module is not None:
                    return module, ".".join(parts[length:])
        return None


def read_plugin_code(source: PluginSource) -> PluginCode:
    """Read the modules of a plugin: of an installed package those that it imports, else all but tests."""
    parsed: dict[str, ModuleCode | None] = {}
    names = {file: module for module, file in source.modules.items()} | {
        unit.file: unit.module for unit in source.units
    }

    def code_of(file: str) -> ModuleCode | None:
        if file not in parsed:
            parsed[file] = read_code(names[file], source.path_of(file))
        return parsed[file]

    at_import = reached_modules(source, lambda file: as_reading(code_of(file), _at_import))
    reached = set(reached_modules(source, lambda file: as_reading(code_of(file), _at_any_time)))
    files = {**source.modules, **{unit.module: unit.file for unit in source.units}}
    examined = {
        module: file
        for module, file in files.items()
        if module in reached or (source.form != "distribution" and not is_test(file))
    }
    codes = {module: code_of(file) for module, file in examined.items()}
    return PluginCode(
        source,
        {module: code for module, code in codes.items() if code is not None},
        frozenset(at_import),
        all(code is not None for code in codes.values()),
    )


def as_reading(code: ModuleCode | None, choose: Callable[[Imported], bool]) -> ModuleReading:
    """Give those imports of a module that are chosen, as static reading gives them."""
    imports = code.found.imports if code else ()
    return ModuleReading(imports=tuple(_as_written(each) for each in imports if choose(each)))


def _at_import(imported: Imported) -> bool:
    return imported.where.at_import and not imported.where.is_dead


def _at_any_time(imported: Imported) -> bool:
    return not imported.where.is_dead


def _as_written(imported: Imported) -> ImportedModule:
    level = len(imported.module) - len(imported.module.lstrip("."))
    names = () if imported.module == imported.name else (imported.alias.name,)
    return ImportedModule(imported.module.lstrip("."), level, names)


def _readings(name: str, importer: ModuleCode, package: str) -> Iterator[tuple[list[str], str]]:
    """Give the packages that a name may be in; a plain one is looked up as Python's, as a sibling, in the package."""
    own = importer.name.split(".") if importer.name else []
    around = own if importer.is_package else own[:-1]
    level = len(name) - len(name.lstrip("."))
    if level:
        yield around[: len(around) - level + 1], name[level:]
        return
    yield [], name
    yield around, name
    yield package.split(".") if package else [], name
