"""The observers that a plugin holds for plugins.yaml, under the names which that has for them: MODULE.CLASS."""

import ast
from collections.abc import Callable, Iterator, Mapping

from aetherflow.core.plugins.module_reading import ModuleReading, Provided
from aetherflow.core.plugins.plugin_source import PluginSource

_Readings = Callable[[str], ModuleReading]


def observers_held(source: PluginSource, reached: Mapping[str, str], reading_of: _Readings) -> list[Provided]:
    """Give those in modules that run when the plugin loads, and those that its manifest declares in any other one."""
    found = [each for module, file in reached.items() for each in _in_module(source, module, file, reading_of)]
    known = {each.name for each in found}
    for entry in source.manifest.provides if source.manifest else ():
        if entry.kind == "observer" and entry.name not in known:
            found += _declared(source, entry.name, reading_of)
    return found


def _in_module(source: PluginSource, module: str, file: str, reading_of: _Readings) -> Iterator[Provided]:
    is_nameable = module in source.modules and all(map(str.isidentifier, module.split(".")))
    for each in reading_of(file).observers if is_nameable else ():
        yield Provided(
            kind="observer",
            name=f"{module}.{each.name}",
            file=file,
            line=each.line,
            module=module,
            target=each.target,
            summary=each.summary,
        )


def _declared(source: PluginSource, name: str, reading_of: _Readings) -> Iterator[Provided]:
    """Find a declared class where no import leads, or where it derives from a base, or comes, from elsewhere."""
    module, _, target = name.rpartition(".")
    file = source.modules.get(module)
    if file is None:
        return
    written = [each for each in _in_module(source, module, file, reading_of) if each.name == name]
    if written:
        yield from written
    elif line := _line_of(source.path_of(file), target):
        yield Provided(kind="observer", name=name, file=file, line=line, module=module, target=target)


def _line_of(path: str, name: str) -> int | None:
    """Give the line of a class with bases, or of an import, that a module has under the name."""
    # deferred: mostly the text tells by itself what an observer is
    from aetherflow.core.plugins.parsed_module import TooMuchCode, parsed_module
    from aetherflow.core.plugins.small_files import read_small

    try:
        tree = parsed_module(read_small(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError, TooMuchCode):
        return None  # that has been said already
    return next((line for node in ast.walk(tree) for line in _lines(node, name)), None)


def _lines(node: ast.AST, name: str) -> Iterator[int]:
    if isinstance(node, ast.ClassDef):
        yield from [node.lineno] if node.name == name and node.bases else []
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.lineno for alias in node.names if (alias.asname or alias.name) == name)
