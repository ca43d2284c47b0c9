"""The observers of a module: classes that no decorator registers, and that plugins.yaml names as MODULE.CLASS."""

import ast
from collections.abc import Iterator

from aetherflow.core.plugins.class_attributes import Definition, ModuleNames, describe_target
from aetherflow.core.plugins.module_reading import StaticRegistration
from aetherflow.core.plugins.registration_calls import API_MODULE

#: What the API calls the base of all of them.
_BASES = frozenset({"ObserverPlugin", "PluginBase"})


def observers_of(tree: ast.Module, names: ModuleNames, modules: frozenset[str]) -> Iterator[StaticRegistration]:
    """Give the classes that derive from the API's, under their own names; ``modules`` are names of the API here.

    A name with a leading underscore is that of a base for others.
    """
    bases = set(_imported(tree))
    for target in names.definitions.values():
        if _derives(target, bases, modules):
            bases.add(target.name)
            if not target.name.startswith("_"):
                yield describe_target("observer", target.name, target, names)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == API_MODULE:
            for alias in node.names:
                if alias.name in _BASES:
                    yield alias.asname or alias.name
                elif alias.name == "*":
                    yield from _BASES


def _derives(target: Definition, bases: set[str], modules: frozenset[str]) -> bool:
    return isinstance(target, ast.ClassDef) and any(_is_one(base, bases, modules) for base in target.bases)


def _is_one(base: ast.expr, bases: set[str], modules: frozenset[str]) -> bool:
    if isinstance(base, ast.Attribute):
        return base.attr in _BASES and ast.unparse(base.value) in modules
    return isinstance(base, ast.Name) and base.id in bases
