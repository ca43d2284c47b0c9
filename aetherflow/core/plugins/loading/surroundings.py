"""What a plugin's import must leave as it was: seen before and after, compared, and put back."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISSOCK
from typing import Literal

from msgspec import Struct

Effect = Literal["thread", "socket", "print", "environment", "cwd", "sys.path", "sys.stdout", "module"]


class SideEffect(Struct, frozen=True):
    """Something that importing a plugin did to the process; ``detail`` holds names, never values.

    The place is known for prints alone.
    """

    kind: Effect
    detail: str
    file: str = ""
    line: int = 0


class Surroundings:
    """The state of the process at one moment."""

    def __init__(self) -> None:
        self._environment_object, self._environment = os.environ, dict(os.environ)
        self._cwd = _cwd()
        self._path_object, self._path = sys.path, list(sys.path)
        self._threads = set(threading.enumerate())
        self._sockets = set(_sockets())
        self._modules = set(sys.modules)

    def changes(self, root: str) -> Iterator[SideEffect]:
        """Give what has changed since; ``root`` is the folder of the plugin that was imported meanwhile."""
        for thread in threading.enumerate():
            if thread not in self._threads:
                yield SideEffect("thread", thread.name)
        if opened := set(_sockets()) - self._sockets:
            yield SideEffect("socket", f"{len(opened)} open")
        if names := self._changed_variables():
            yield SideEffect("environment", ", ".join(names))
        if _cwd() != self._cwd:
            yield SideEffect("cwd", _cwd())
        if sys.path is not self._path_object or sys.path != self._path:
            yield SideEffect("sys.path", ", ".join(entry for entry in map(str, sys.path) if entry not in self._path))
        if past := self._imported_past_the_loader(root):
            yield SideEffect("module", ", ".join(past))

    def put_back(self) -> None:
        """Make environment, current directory and ``sys.path`` what they were."""
        os.environ = self._environment_object  # noqa: B003  # a plugin may have put a mapping of its own there
        for name in self._changed_variables():
            if name in self._environment:
                os.environ[name] = self._environment[name]
            else:
                os.environ.pop(name, None)
        if self._cwd and _cwd() != self._cwd:
            with suppress(OSError):  # the plugin has removed it, or closed the way back
                os.chdir(self._cwd)
        sys.path = self._path_object
        if sys.path != self._path:
            sys.path[:] = self._path

    def _changed_variables(self) -> list[str]:
        now = dict(os.environ)
        return sorted(
            name for name in now.keys() | self._environment.keys() if now.get(name) != self._environment.get(name)
        )

    def _imported_past_the_loader(self, root: str) -> list[str]:
        """Name new modules that were read from the plugin's folder by Python itself."""
        new = {name: module for name, module in list(sys.modules.items()) if name not in self._modules}
        return sorted(
            name
            for name, module in new.items()
            if not getattr(module, "__name__", name).startswith("aetherflow_plugins.")
            and str(getattr(module, "__file__", None)).startswith(f"{root}/")
        )


def _cwd() -> str:
    try:
        return str(Path.cwd())
    except OSError:
        return ""  # the directory is gone: there is nothing to go back to


def _sockets() -> Iterator[tuple[int, int]]:
    """Give every open socket by descriptor and inode."""
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208  # numbers, not paths
    except OSError:
        return  # without /dev/fd nothing can be said
    for descriptor in descriptors:
        try:
            status = os.fstat(descriptor)
        except OSError:
            continue  # the one by which the list was read
        if S_ISSOCK(status.st_mode):
            yield descriptor, status.st_ino
