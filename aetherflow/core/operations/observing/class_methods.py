"""Whether the text of a class of an observer shows that it cannot be made, or told of events; in doubt it does not."""

import ast
import inspect
from collections.abc import Iterator
from inspect import Parameter

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.operations.observing.class_text import ModuleNames, own_level
from aetherflow.core.operations.observing.words import Listed, has_async_on_event, has_narrow_on_event, lacks_on_event

_BASES = frozenset({"ObserverPlugin", "PluginBase"})
_BINDING = frozenset({"exec", "locals", "vars", "setattr"})

Method = ast.FunctionDef | ast.AsyncFunctionDef


def method_finding(listed: Listed, name: str, names: ModuleNames) -> Diagnostic | None:
    """Judge the methods of a class that derives from ObserverPlugin alone, as it would be judged when it is loaded."""
    found = names.definitions.get(name)
    if not names.is_certain or not isinstance(found, ast.ClassDef) or not _is_plain(found, names):
        return None
    on_event, is_known = _method(found, "on_event")
    if is_known and on_event is None:
        return listed.no_on_event(lacks_on_event(name))
    if isinstance(on_event, ast.AsyncFunctionDef):
        return listed.no_on_event(has_async_on_event(name))
    if on_event and (why := _unfit(on_event, "the observer", "an event")):
        return listed.no_on_event(has_narrow_on_event(name, why))
    made_by, _ = _method(found, "__init__")
    why = _unfit(made_by, "the observer", "an id", {}) if made_by else None
    return listed.wrong_constructor(listed.entry.module, why) if why else None


def _is_plain(found: ast.ClassDef, names: ModuleNames) -> bool:
    if found.decorator_list or found.keywords or not found.bases:
        return False
    return all(isinstance(base, ast.Name) and names.of_the_api.get(base.id) in _BASES for base in found.bases)


def _method(found: ast.ClassDef, name: str) -> tuple[Method | None, bool]:
    """Give a method of a class, and whether it is certain that this is the one, or that there is none."""
    bindings = [statement for statement in own_level(found.body) if name in _bound(statement)]
    if not bindings:
        return None, True
    last = bindings[-1]
    is_method = len(bindings) == 1 and isinstance(last, Method) and not last.decorator_list
    return (last, True) if is_method and isinstance(last, Method) else (None, False)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Give the names that a statement of a class may bind; one that may bind anything binds what is looked for."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in statement.names)
        case _:
            named = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            yield from named | ({"on_event", "__init__"} if named & _BINDING else set())


def _unfit(method: Method, *arguments: object) -> str | None:
    """Say why a method cannot be called with arguments, in the words of Python."""
    try:
        inspect.Signature(list(_parameters(method.args))).bind(*arguments)
    except TypeError as error:
        return str(error)
    return None


def _parameters(written: ast.arguments) -> Iterator[Parameter]:
    positional = [*written.posonlyargs, *written.args]
    without_default = len(positional) - len(written.defaults)
    for number, each in enumerate(positional):
        kind = Parameter.POSITIONAL_ONLY if number < len(written.posonlyargs) else Parameter.POSITIONAL_OR_KEYWORD
        yield Parameter(each.arg, kind, default=Parameter.empty if number < without_default else None)
    if written.vararg:
        yield Parameter(written.vararg.arg, Parameter.VAR_POSITIONAL)
    for each, default in zip(written.kwonlyargs, written.kw_defaults, strict=True):
        yield Parameter(each.arg, Parameter.KEYWORD_ONLY, default=Parameter.empty if default is None else None)
    if written.kwarg:
        yield Parameter(written.kwarg.arg, Parameter.VAR_KEYWORD)
