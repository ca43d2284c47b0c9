"""A snapshot under its name in ``aetherflow_plugins``: which modules it has, and what became of each."""

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.marking import Mark
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.contracts.tool import ToolDefinition
from aetherflow.core.plugins.loading.snapshot import Snapshot, compiled_modules, folders_of
from aetherflow.core.plugins.tool_names import tool_step_type


class Registered(Struct, frozen=True):
    """What a decorator said, and where: ``module`` is the name inside the plugin, ``file`` a path.

    A tool has its definition, and the name under which the class that lists it is registered; a function has none.
    """

    kind: Kind
    name: str
    target: Any
    module: str
    file: str
    line: int
    tool: ToolDefinition | None = None
    owner: str = ""


class MountedPlugin:
    """One plugin of this process.

    ``name`` is that of its outermost module, ``registered`` what its modules have registered so far, ``failed`` the
    exception of every module that has been run and failed: it is not run again. ``compiled`` are extension modules.
    """

    def __init__(self, name: str, snapshot: Snapshot) -> None:
        self.name = name
        self.snapshot = snapshot
        self.registered: list[Registered] = []
        self.failed: dict[str, BaseException] = {}
        self._folders = {folder.replace("/", "."): folder for folder in folders_of(snapshot)}
        self.compiled = compiled_modules(snapshot)
        self._modules = snapshot.modules.keys() | self.compiled.keys()
        self._code_packages = {parent for module in self._modules for parent in _parents(module)}

    def full_name(self, module: str) -> str:
        """Give the name of a module in ``sys.modules``, from its name inside the plugin."""
        return f"{self.name}.{module}" if module else self.name

    def inner_name(self, full_name: str) -> str:
        """Give a module's name inside the plugin, from that in ``sys.modules``."""
        return full_name.removeprefix(self.name).removeprefix(".")

    def folder(self, module: str) -> str | None:
        """Give the folder that a package stands for, with or without an ``__init__.py``; None for a module."""
        return self._folders.get(module) if self.is_package(module) else None

    def is_package(self, module: str) -> bool:
        """Tell whether others can be imported from a module: as in Python, every folder is a package."""
        file = self.snapshot.modules.get(module)
        return file.endswith("__init__.py") if file else module in self._folders or module in self._code_packages

    def has_code(self, module: str) -> bool:
        """Tell a module, or a package with a module in it, from a mere folder of data."""
        return module in self._modules or module in self._code_packages

    def put(self, mark: Mark, module: str) -> None:
        """Keep what a decorator said while a module ran, with the line of the plugin's own that said it."""
        file, line = self.own_line() or (self.snapshot.path_of(self.snapshot.modules[module]), 1)
        name = tool_step_type(self.snapshot.name, mark.name) if mark.kind == "tool" else mark.name
        self.registered.append(Registered(mark.kind, name, mark.target, module, file, line, mark.tool))

    def own_line(self) -> tuple[str, int] | None:
        """Give the innermost line of the plugin's own that is being run by this thread."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and not self.owns(frame.f_code.co_filename):
            frame = frame.f_back
        return (frame.f_code.co_filename, frame.f_lineno) if frame else None

    def owns(self, path: str) -> bool:
        """Tell whether a path is that of one of the plugin's modules."""
        inside = f"{self.snapshot.root}/"
        return path.startswith(inside) and path.removeprefix(inside) in self.snapshot.sources

    def real_names(self) -> dict[str, str]:
        """Give the names by which others import an installed plugin's modules, with the names that they have here."""
        snapshot = self.snapshot
        if snapshot.form != "distribution":
            return {}
        folders = self._folders if "" in snapshot.modules else ()  # of a single module, the folder is others' too
        modules = {*self._modules, *folders}
        return {".".join(filter(None, (snapshot.package, module))): self.full_name(module) for module in modules}

    def imported_before(self) -> tuple[str, ...]:
        """Give the real names of its modules that stand in ``sys.modules`` for something else than the plugin."""
        taken = {
            name: getattr(sys.modules[name], "__name__", None) for name in self.real_names() if name in sys.modules
        }
        return tuple(sorted(name for name, stands_for in taken.items() if not str(stands_for).startswith(self.name)))


def _parents(module: str) -> Iterator[str]:
    while module:
        module = module.rpartition(".")[0]
        yield module
