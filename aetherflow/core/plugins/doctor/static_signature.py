"""Whether a function can be called in a certain way, told from its text in the words of Python's own error."""

import ast
import inspect
from typing import Any

from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.class_lineage import Member, function_decorators

_YIELDING = (ast.Yield, ast.YieldFrom)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def member_problem(member: Member, positional: int, **keywords: object) -> str | None:
    """Say why a function cannot be called so; nothing where a decorator may make another one of it."""
    if member.function is None or member.module is None:
        return None
    decorators = set(function_decorators(member.module, member.function))
    if decorators == {"builtins.staticmethod"}:
        return call_problem(member.function, positional - 1, **keywords)
    if decorators - {"builtins.classmethod"}:
        return None
    return call_problem(member.function, positional, **keywords)


def call_problem(function: Function, positional: int, **keywords: Any) -> str | None:
    """Say why a function cannot be called with so many positional arguments and these keywords."""
    if _yields(function):
        return "it yields, and must return"
    try:
        _signature(function.args).bind(*range(positional), **keywords)
    except TypeError as mismatch:
        return str(mismatch)
    except ValueError:
        return None  # two parameters of one name: no Python, and said so elsewhere
    return None


def _signature(arguments: ast.arguments) -> inspect.Signature:
    positional = [*arguments.posonlyargs, *arguments.args]
    first_default = len(positional) - len(arguments.defaults)
    parameters = [
        _parameter(each, kind, has_default=index >= first_default)
        for index, each in enumerate(positional)
        for kind in [
            inspect.Parameter.POSITIONAL_ONLY
            if index < len(arguments.posonlyargs)
            else inspect.Parameter.POSITIONAL_OR_KEYWORD
        ]
    ]
    if arguments.vararg:
        parameters.append(_parameter(arguments.vararg, inspect.Parameter.VAR_POSITIONAL))
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        parameters.append(_parameter(each, inspect.Parameter.KEYWORD_ONLY, has_default=default is not None))
    if arguments.kwarg:
        parameters.append(_parameter(arguments.kwarg, inspect.Parameter.VAR_KEYWORD))
    return inspect.Signature(parameters)


def _parameter(argument: ast.arg, kind: Any, *, has_default: bool = False) -> inspect.Parameter:
    return inspect.Parameter(argument.arg, kind, default=None if has_default else inspect.Parameter.empty)


def _yields(function: Function) -> bool:
    """Tell a generator; without recursion, for any depth may be written."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _YIELDING):
            return True
        if not isinstance(node, _SCOPES):
            waiting += ast.iter_child_nodes(node)
    return False
