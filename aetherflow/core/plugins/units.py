"""Which modules of a plugin are loaded by themselves; the others are there for them to import."""

from collections.abc import Iterable, Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.path_look import PACKAGE_FILE
from aetherflow.core.plugins.plugin_source import Unit
from aetherflow.core.plugins.plugin_tree import SourceFile


def units_of(modules: dict[str, str]) -> tuple[Unit, ...]:
    """Give the units among the modules (names with their files), packages before what is in them."""
    return tuple(Unit(name, modules[name]) for name in sorted(modules) if is_loaded_by_itself(modules[name]))


def is_loaded_by_itself(path: str) -> bool:
    """Tell whether a module is loaded by itself: no part of its path is private, hidden or a test's."""
    *folders, name = path.split("/")
    if is_test(path) or any(folder.startswith(("_", ".")) for folder in folders):
        return False
    return name == PACKAGE_FILE or not name.startswith(("_", "."))


def is_test(path: str) -> bool:
    """Tell a module that is a test's, or helps tests."""
    *folders, name = path.split("/")
    return "tests" in folders or name == "conftest.py" or (name.startswith("test_") and name.endswith(".py"))


def unit_findings(root: str, files: Iterable[SourceFile], modules: dict[str, str]) -> Iterator[Diagnostic]:
    """Warn of files that look like modules of the plugin, and cannot be one."""
    used = set(modules.values())
    for file in files:
        if not file.path.endswith(".py"):
            continue
        if file.path not in used:
            yield _hidden(f"{root}/{file.path}")
        elif "." in file.path.removesuffix(".py"):
            yield _dotted(f"{root}/{file.path}")


def _hidden(path: str) -> Diagnostic:
    folder = path.removesuffix(".py")
    return Diagnostic(
        code="AF-P134",
        severity=Severity.WARNING,
        message=f'"{path}" is hidden by the package "{folder}" of the same name: it is not loaded',
        hint="rename one of them",
    )


def _dotted(path: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P133",
        severity=Severity.WARNING,
        message=f'"{path}" has a "." in its name or in that of a folder: it cannot be imported as a module',
        hint="rename it: letters, digits and underscores make a module's name",
    )
