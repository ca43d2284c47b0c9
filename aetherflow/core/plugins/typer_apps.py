"""Typer apps that a module registers as commands, as far as its text tells of them: Typer itself is not imported."""

import ast

from aetherflow.core.plugins.class_attributes import ModuleNames
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.module_reading import StaticRegistration

_CLASS = "Typer"


def typer_app(node: ast.expr, names: ModuleNames) -> ast.Call | None:
    """Give the call that makes the app which an expression stands for; None where it stands for none."""
    made = names.constants.get(node.id) if isinstance(node, ast.Name) else node
    if not isinstance(made, ast.Call):
        return None
    called = made.func.attr if isinstance(made.func, ast.Attribute) else getattr(made.func, "id", "")
    return made if called == _CLASS else None


def describe_app(name: str, line: int, node: ast.expr, app: ast.Call, names: ModuleNames) -> StaticRegistration:
    """Give everything that is known of one registered app."""
    variable = node.id if isinstance(node, ast.Name) else ""
    text = _help(app, names) or _callback_help(variable, names)
    return StaticRegistration(
        kind="command",
        name=name,
        line=line,
        target=variable,
        summary=text.strip().split("\n")[0].encode("utf-8", "replace").decode(),
    )


def _help(app: ast.Call, names: ModuleNames) -> str:
    node = next((keyword.value for keyword in app.keywords if keyword.arg == "help"), None)
    try:
        value = names.literals.value(node) if node is not None else None
    except NotLiteral:
        return ""
    return value if isinstance(value, str) else ""


def _callback_help(variable: str, names: ModuleNames) -> str:
    """Give the docstring of the function under `@APP.callback()`, which is an app's help where it has no other."""
    for definition in names.definitions.values():
        for decorator in definition.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if variable and ast.unparse(called) == f"{variable}.callback":
                return ast.get_docstring(definition) or ""
    return ""
