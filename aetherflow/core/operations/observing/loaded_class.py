"""The class of an observer of plugins.yaml, imported and looked at before the run begins."""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.util import module_from_spec
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.operations.observing.class_places import ClassName, installed_spec
from aetherflow.core.operations.observing.words import Listed, has_async_on_event, has_narrow_on_event, lacks_on_event
from aetherflow.core.runner.foreign_error import words_of


class LoadedClass(Struct, frozen=True):
    """A class that can be made and told of events, and where it is defined."""

    made_of: type[ObserverPlugin]
    file: str
    line: int


def loaded_class(listed: Listed, wanted: ClassName, load: Callable[[], Any]) -> LoadedClass | Diagnostic:
    """Import a class; where it cannot be, or is no observer, give the finding."""
    try:
        target = load()
    except (KeyboardInterrupt, Interrupted):
        raise  # a person's wish, whatever code was running
    except BaseException as error:  # noqa: BLE001  # foreign code is run here: SystemExit too
        if isinstance(error, _NoSuchName):
            return listed.no_class(wanted.module, wanted.name, error.known)
        return listed.not_imported(wanted.module or str(wanted), words_of(error))
    if not isinstance(target, type) or not issubclass(target, ObserverPlugin):
        return listed.no_observer(str(wanted))
    why = unusable_on_event(target)
    if why:
        return listed.no_on_event(why)
    why = _unfit(target, "an id", {})
    return listed.wrong_constructor(str(wanted), why) if why else LoadedClass(target, *place_of(target))


def from_module(module: str, name: str) -> Any:
    """Give what bears a name in a module, which is imported."""
    imported = import_module(module)
    found = getattr(imported, name, None)
    if found is None:
        raise _NoSuchName([known for known in vars(imported) if not known.startswith("_")])
    return found


def from_installed(module: str, name: str) -> Any:
    """The same of an installed module; its outermost package is never that of the current directory."""
    first = module.partition(".")[0]
    spec = installed_spec(first) if first not in sys.modules else None
    if spec and spec.loader:
        sys.modules[first] = package = module_from_spec(spec)
        try:
            spec.loader.exec_module(package)
        except BaseException:
            del sys.modules[first]
            raise
    return from_module(module, name)


def maker(listed: Listed, loaded: LoadedClass, config: Mapping[str, Any]) -> Callable[[], ObserverPlugin]:
    """Give what makes the observer, with a config that nobody else has."""
    return lambda: loaded.made_of(listed.entry.id, config)


def unusable_on_event(observer: type[ObserverPlugin]) -> str | None:
    """Say why events cannot be given to a class; None where they can."""
    if observer.on_event is ObserverPlugin.on_event or getattr(observer.on_event, "__isabstractmethod__", False):
        return lacks_on_event(observer.__name__)
    if inspect.iscoroutinefunction(observer.on_event):
        return has_async_on_event(observer.__name__)
    if not inspect.isfunction(observer.on_event):
        return None  # a descriptor of some kind: calling it will tell
    why = _unfit(observer.on_event, "the observer", "an event")
    return has_narrow_on_event(observer.__name__, why) if why else None


def place_of(target: Any) -> tuple[str, int]:
    """Give the file and the line of a class or function, as far as they are known."""
    try:
        return inspect.getsourcefile(target) or "", inspect.getsourcelines(target)[1]
    except Exception:  # noqa: BLE001  # code of a shell, compiled, or objects that only look like functions
        return "", 1


def _unfit(target: Any, *arguments: Any) -> str | None:
    """Say why something cannot be called with arguments."""
    try:
        bind = partial(inspect.signature(target).bind, *arguments)
    except Exception:  # noqa: BLE001  # its signature is foreign code, or cannot be known: calling it will tell
        return None
    try:
        bind()
    except TypeError as error:
        return str(error)
    return None


class _NoSuchName(Exception):
    """A module has no such name; ``known`` are those that it has."""

    def __init__(self, known: list[str]) -> None:
        super().__init__()
        self.known = known
