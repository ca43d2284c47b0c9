"""The names that our public modules have, taken from their text: what reads plugins stands below the API."""

from functools import cache
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.deprecation import DEPRECATED
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.builtin_index import PACKAGE_ROOT
from aetherflow.core.plugins.registration_calls import API_MODULE, DECORATORS, OURS


class OwnNames(Struct, frozen=True):
    """The names of one module of ours: those that it promises, in its order, and all that can be imported from it."""

    public: tuple[str, ...]
    importable: frozenset[str]


@cache
def api_names() -> OwnNames:
    """Give the names of `aetherflow.core.api`."""
    found = names_of(API_MODULE)
    return found or OwnNames((), frozenset())


@cache
def names_of(module: str) -> OwnNames | None:
    """Give the names of a module or package of ours; None where there is none, or its text cannot be read."""
    path = module_path(module)
    if path is None:
        return None
    import ast  # deferred: mostly everything that plugins import is there

    from aetherflow.core.plugins.parsed_module import parsed_module

    file = path / "__init__.py" if path.is_dir() else path
    try:
        tree = parsed_module(file.read_bytes())
    except (OSError, SyntaxError):
        return None
    bound = {node.asname or node.name for node in ast.walk(tree) if isinstance(node, ast.alias)}
    bound |= {getattr(node, "name", "") for node in tree.body}
    public: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            bound.add(node.targets[0].id)
            public = ast.literal_eval(node.value) if node.targets[0].id == "__all__" else public
    inside = {each.name.removesuffix(".py") for each in path.iterdir()} if path.is_dir() else set(DEPRECATED)
    return OwnNames(tuple(public), frozenset(bound | inside))


def module_path(module: str) -> Path | None:
    """Give the file of a module of ours, or the folder of a package; None where there is none."""
    folder = PACKAGE_ROOT.joinpath(*module.split(".")[1:])
    return next((path for path in (folder, folder.with_suffix(".py")) if path.exists()), None)


def missing_module(module: str) -> str | None:
    """Give the first part of a dotted name of ours that is no module: `aetherflow.x` of `aetherflow.x.y`."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
    return next((name for name in names if module_path(name) is None), None)


def import_hint(name: str) -> str | None:
    """Say how a name is imported, where the API has it."""
    return f"write `from {API_MODULE} import {name}`" if name in api_names().public else None


def how_to_import(name: str) -> tuple[str | None, str]:
    """Give a label and a hint for a name that was looked for in the wrong place, or is none."""
    hint = import_hint(name)
    if hint:
        return None, hint
    *most, last = (each for each in api_names().public if each.startswith("register_"))
    known = f"{', '.join(most)} and {last}"
    if name in DECORATORS:
        return None, f"this version registers by {known}"
    decorators = f": it registers by {known}" if name.startswith("register") else ""
    return did_you_mean(name, api_names().public), f"take what you need from {API_MODULE}{decorators}"


def is_ours(module: str) -> bool:
    """Tell a module of AetherFlow from everybody else's."""
    return module == OURS or module.startswith(f"{OURS}.")
