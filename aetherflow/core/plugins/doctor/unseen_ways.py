"""The ways by which code does what its text does not show: made at run time, native, unpickled, named by chance."""

import ast
import sys
from collections.abc import Iterator, Mapping

from msgspec import Struct

from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import is_within
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.reflection import IMPORTING, imported_by_call
from aetherflow.core.plugins.doctor.seen_uses import Seen, is_alias

_MADE = "runs code that is made at run time"
_LOADED = "runs modules that it finds at run time"
_NATIVE = "calls native code"
_UNPICKLED = "makes objects of data that may run anything"
_NAMED = "takes names out of modules that are not spelled out"
_INSIDE = "goes into the interpreter's own objects"
_STEPS = "runs other steps"

_PICKLES = ("pickle", "_pickle", "dill", "cloudpickle")
_FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys(("builtins.exec", "builtins.eval", "builtins.compile", "code.InteractiveInterpreter"), _MADE),
    **dict.fromkeys(("types.FunctionType", "types.CodeType", "timeit.timeit"), _MADE),
    **dict.fromkeys(("runpy.run_path", "runpy.run_module", "pkgutil.resolve_name", "zipimport.zipimporter"), _LOADED),
    **dict.fromkeys(("importlib.util.spec_from_file_location", "importlib.machinery.SourceFileLoader"), _LOADED),
    **{f"{module}.{name}": _UNPICKLED for module in _PICKLES for name in ("load", "loads", "Unpickler")},
    **dict.fromkeys(("marshal.load", "marshal.loads", "shelve.open", "joblib.load", "jsonpickle.decode"), _UNPICKLED),
    **dict.fromkeys(("yaml.unsafe_load", "yaml.unsafe_load_all", "pandas.read_pickle", "torch.load"), _UNPICKLED),
    **dict.fromkeys(("sys._getframe", "gc.get_objects", "gc.get_referrers"), _INSIDE),
    "ctx.run_step": _STEPS,
}
_NATIVE_LIBRARIES = ("ctypes", "cffi", "_ctypes", "cppyy")
_INNER_ATTRIBUTES = frozenset({"__subclasses__", "__globals__", "f_globals", "f_locals", "__code__"})


class Way(Struct, frozen=True):
    """One place where the text stops to tell: what the code does, by which name."""

    does: str
    name: str
    span: Span


def unseen_ways(code: PluginCode, uses: Iterator[Seen]) -> Iterator[Way]:
    """Give every place of a plugin where more may happen than its text shows."""
    for module in code.modules.values():
        yield from _imports(module)
    for seen in uses:
        if (does := _does(seen)) is not None:
            yield Way(does, _shown(seen), seen.span)


def _imports(module: ModuleCode) -> Iterator[Way]:
    for each in module.found.imports:
        is_live = each.is_first and not each.where.is_dead
        library = next((library for library in _NATIVE_LIBRARIES if is_within(each.name, library)), None)
        if is_live and library:
            yield Way(_NATIVE, library, module.span_of_module(each))


def _does(seen: Seen) -> str | None:
    if seen.last in _INNER_ATTRIBUTES:
        return _INSIDE
    if seen.name in IMPORTING:
        return _of_import(seen)
    if seen.name == "builtins.getattr":
        return _NAMED if _is_from_module(seen) else None
    if seen.use.how == "read item":
        return _NAMED if _is_namespace(seen) else None
    if seen.use.call is None and (seen.use.how != "read" or is_alias(seen.use) or seen.name.startswith("types.")):
        return None  # types are asked for more often than called
    return _FUNCTIONS.get(seen.name)


def _of_import(seen: Seen) -> str | None:
    if seen.use.call is None:
        return None if is_alias(seen.use) else _LOADED
    name = imported_by_call(seen.use.where.scope, seen.use.call)
    if name is None:
        return _LOADED
    return _NATIVE if any(is_within(name, library) for library in _NATIVE_LIBRARIES) else None


def _is_from_module(seen: Seen) -> bool:
    """Tell `getattr(os, name)`: of an object of the plugin's own it is everyday."""
    if seen.use.call is None:
        return False
    owner = seen.argument(0)
    name = seen.use.where.scope.name_of(owner) if owner is not None else ""
    is_module = name in sys.stdlib_module_names | {"os.path"} or name.startswith("builtins")
    return is_module and seen.spelled(seen.argument(1)).whole is None


def _is_namespace(seen: Seen) -> bool:
    """Tell an item that is not spelled out of `sys.modules`, or of the names of a module."""
    owner, _, attribute = seen.name.rpartition(".")
    is_one = seen.name == "sys.modules" or (attribute == "__dict__" and owner in sys.stdlib_module_names)
    return is_one and seen.spelled(seen.use.item).whole is None


def _shown(seen: Seen) -> str:
    """Give the name of a way as people know it."""
    if seen.last in _INNER_ATTRIBUTES:
        return seen.last
    name = seen.name.removeprefix("builtins.")
    return ast.unparse(seen.use.node) if name.startswith("?") else name
