"""Ways of writing a name that are no name: `getattr(os, "system")`, `__import__("os")`, `sys.modules["os"]`."""

import ast

from msgspec import Struct

from aetherflow.core.plugins.doctor.spelled import Names, spelled

IMPORTING = frozenset({"builtins.__import__", "importlib.import_module", "importlib.__import__"})
_MODULES = "sys.modules"
_LONGEST = 20  # attributes of a function's own name


class Meant(Struct, frozen=True):
    """What is really meant: something of an expression, or of the module of a name; ``.system`` of ``os``."""

    owner: ast.AST | str
    rest: str = ""


def reflected(scope: Names, node: ast.AST) -> Meant | None:
    """Give what a call or an item stands for, where it is another way to write that."""
    if isinstance(node, ast.Call) and node.args:
        return _of_call(scope, node)
    if isinstance(node, ast.Subscript):
        return _of_item(scope, node)
    return None


def imported_by_call(scope: Names, node: ast.Call) -> str | None:
    """Give the module that `__import__` or `import_module` is asked for, where the text tells."""
    name = spelled(scope, node.args[0]).whole if node.args else None
    return None if name is None or not all(part.isidentifier() for part in name.split(".")) else name


def _of_call(scope: Names, node: ast.Call) -> Meant | None:
    function = _plain_name(scope, node.func)
    if function == "builtins.getattr" and len(node.args) > 1:
        attribute = spelled(scope, node.args[1]).whole
        return Meant(node.args[0], f".{attribute}") if attribute and attribute.isidentifier() else None
    if function in IMPORTING and (module := imported_by_call(scope, node)):
        # `__import__("a.b")` gives a, unless it is told which names are wanted.
        is_top = function != "importlib.import_module" and len(node.args) < 4 and not node.keywords
        return Meant(module.partition(".")[0] if is_top else module)
    return None


def _of_item(scope: Names, node: ast.Subscript) -> Meant | None:
    namespace = _namespace(scope, node.value)
    item = spelled(scope, node.slice).whole if namespace is not None else None
    if namespace is None or not item or not all(part.isidentifier() for part in item.split(".")):
        return None
    return Meant(item) if namespace == _MODULES else Meant(namespace, f".{item}")


def _namespace(scope: Names, node: ast.expr) -> ast.AST | str | None:
    """Give whose names a mapping holds: `os.__dict__` and `vars(os)` those of os."""
    if isinstance(node, ast.Name) and node.id == "__builtins__":
        return "builtins"
    if isinstance(node, ast.Attribute):
        if node.attr == "__dict__":
            return node.value
        return _MODULES if node.attr == "modules" and _plain_name(scope, node) == _MODULES else None
    is_vars = isinstance(node, ast.Call) and node.args and _plain_name(scope, node.func) == "builtins.vars"
    return node.args[0] if is_vars else None  # type: ignore[attr-defined]  # a call, then


def _plain_name(scope: Names, node: ast.AST) -> str:
    """Give the dotted name of a function, one alias followed and no more: this is asked at every step of a chain."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _LONGEST:
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    owner = scope.owner(node.id)
    value = owner.bindings.only_value(node.id) if owner else None
    if isinstance(value, ast.Name) and owner is not None:
        node, owner = value, owner.owner(value.id)
    base = owner.bindings.imported.get(node.id, "") if owner else f"builtins.{node.id}"
    return ".".join([base, *reversed(parts)]) if base else ""
