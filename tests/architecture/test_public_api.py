"""The public surface changes only on purpose, and costs next to nothing to import."""

import ast
import subprocess
import sys
from pathlib import Path

from aetherflow.core import api

PUBLIC_API = Path(__file__).with_name("public_api.txt")
HEAVY = {"typer", "rich", "jsonschema", "asyncio", "logging", "sqlite3", "yaml"}


def test_the_public_names_are_the_checked_in_list() -> None:
    assert sorted(api.__all__) == PUBLIC_API.read_text(encoding="utf-8").split()


def test_every_public_name_exists() -> None:
    assert [name for name in api.__all__ if not hasattr(api, name)] == []


def test_type_checkers_and_python_find_each_name_in_the_same_module() -> None:
    (typed,) = (
        node
        for node in ast.parse(Path(api.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.If) and not node.orelse and isinstance(node.test, ast.Name)
    )
    imports = [node for node in typed.body if isinstance(node, ast.ImportFrom)]
    assert {f"{node.module}.{alias.name}" for node in imports for alias in node.names} == {
        f"aetherflow.core.{module}.{name}" for name, module in api._MODULE_OF.items()
    }
    assert sorted(api._MODULE_OF) == sorted(api.__all__)


def test_every_public_name_is_listed_and_imported_with_all_others_by_a_star() -> None:
    assert set(api.__all__) <= set(dir(api))
    names: dict[str, object] = {}
    exec("from aetherflow.core.api import *", names)
    assert set(api.__all__) <= set(names)


def test_importing_the_public_surface_imports_nothing_of_what_it_names() -> None:
    assert new_modules("import aetherflow.core.api") == {"aetherflow", "aetherflow.core", "aetherflow.core.api"}


def test_naming_a_step_or_a_door_imports_nothing_heavy() -> None:
    imported = new_modules("from aetherflow.core.api import *")
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()
    assert [name for name in imported if name.startswith("aetherflow.core.operations")] == []


def new_modules(statement: str) -> set[str]:
    """Give the modules that a statement adds to those that a bare interpreter has."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
