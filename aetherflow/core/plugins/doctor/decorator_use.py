"""Decorators that are given what they refuse: our own functions are asked, with stand-ins for what is decorated."""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aetherflow.core.contracts.registration import register_connector, register_step
from aetherflow.core.plugins.contract_findings import not_registrable
from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.certainty import Fault
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.undefined_names import Definition, definitions_at_import
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.registration_calls import registering_names

_DECORATORS: Mapping[str, Callable[..., Any]] = {
    "register_step": register_step,
    "register_connector": register_connector,
}


def misused_decorators(code: PluginCode) -> Iterator[Fault]:
    """Say where a decorator lacks its parentheses, its name, or has arguments that it does not take."""
    for module in code.modules.values():
        known = registering_names(module.tree)
        for node, _ in definitions_at_import(module):
            for used in node.decorator_list:
                name = known.decorator(used.func if isinstance(used, ast.Call) else used) or ""
                if name in _DECORATORS and (words := _refusal(module, name, used, node)):
                    yield Fault(module, node, not_registrable(name, words, module.span_of(used)))


def _refusal(module: ModuleCode, name: str, used: ast.expr, node: Definition) -> str | None:
    """Give the words in which a decorator refuses its arguments, where they can be known."""
    if isinstance(used, ast.Call):
        given = [*used.args, *(keyword.value for keyword in used.keywords)]
        if any(isinstance(each, ast.Starred) for each in given) or any(each.arg is None for each in used.keywords):
            return None
        arguments = [_value(module, each) for each in used.args]
        keywords = {each.arg: _value(module, each.value) for each in used.keywords if each.arg}
    else:
        arguments, keywords = [_stand_in(module, node)], {}
    try:
        _DECORATORS[name](*arguments, **keywords)
    except TypeError as refusal:
        return str(refusal)
    return None


def _value(module: ModuleCode, node: ast.expr) -> Any:
    """Give the value of an argument that is no text; whether a text is a name, is told where names are read."""
    try:
        value = module.names.literals.value(node)
    except (NotLiteral, RecursionError):
        return "name"
    return "name" if isinstance(value, str) else value


def _stand_in(module: ModuleCode, node: Definition) -> Any:
    """Make something that is called like what is decorated."""
    if isinstance(node, Function):

        def function() -> None: ...

        function.__name__ = node.name
        return function
    return type(node.name, (), {"__module__": module.name})
