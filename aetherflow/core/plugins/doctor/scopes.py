"""What the names in a module stand for: imports and aliases are followed, as far as the text tells."""

import ast
import builtins
import sys
from collections.abc import Mapping
from functools import cached_property

from aetherflow.core.plugins.doctor.bindings import Bindings, Function, ScopeNode, bindings_of
from aetherflow.core.plugins.doctor.reflection import reflected

_BUILTINS = frozenset(dir(builtins))
#: What a plugin is given by its caller goes by these names.
CONTEXT_NAMES = frozenset({"ctx", "context"})
_DEFINITIONS = (ast.ClassDef, *Function.__args__)
#: The parts that a name may have, and the aliases that are followed: more is no name, or a circle.
_MOST_PARTS = 100
_MOST_ALIASES = 20
#: What a part of a chain hangs on, and what is put behind it. `/` is how paths are made longer.
_LINKS: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.Attribute: ("value", ""),
    ast.Call: ("func", "()"),
    ast.Subscript: ("value", "[]"),
    ast.Await: ("value", ""),
    ast.NamedExpr: ("value", ""),
    ast.BinOp: ("left", ""),
}


class Scope:
    """One scope with those around it. Bindings are collected when the first name is looked up."""

    def __init__(self, node: ScopeNode, parent: "Scope | None" = None) -> None:
        self.node = node
        self.parent = parent
        self.module: Scope = parent.module if parent else self

    @cached_property
    def bindings(self) -> Bindings:
        """What the names of this very scope are bound to."""
        return bindings_of(self.node)

    def owner(self, name: str) -> "Scope | None":
        """Give the scope that binds a name as it is seen from here; None where nothing in the module does."""
        scope: Scope | None = self
        while scope is not None:
            declared = scope.bindings.elsewhere.get(name)
            if declared == "global":
                return self.module
            # A class body is only seen from itself.
            is_seen = scope is self or not isinstance(scope.node, ast.ClassDef)
            if is_seen and declared is None and name in scope.bindings:
                return scope
            scope = scope.parent
        return None

    def name_of(self, node: ast.AST, most_aliases: int = _MOST_ALIASES) -> str:
        """Give the dotted name that an expression stands for; nothing where that cannot be told.

        ``os.environ`` stands for itself however it was imported, ``builtins.open`` for the built-in, ``:x`` for the
        module's own ``x``, ``.base.Thing`` for something of a sibling, ``ctx`` for a parameter of that name, or one
        called ``context``. What is called ends in ``()``, an item in ``[]``: ``pathlib.Path().open``. A path with ``/``
        is still that path, and ``getattr(os, "x")`` is ``os.x``.
        """
        base, suffix = _chain(node, self)
        name = self._stands_for(base.id, most_aliases) if isinstance(base, ast.Name) else base
        return name + suffix if name else ""

    def variable_of(self, node: ast.AST) -> str:
        """Give the module-level variable that an expression begins with, where it begins with one."""
        base, _ = _chain(node)
        if not isinstance(base, ast.Name):
            return ""
        if self.owner(base.id) is not self.module or base.id in self.module.bindings.imported:
            return ""
        return base.id

    def unbound(self, node: ast.AST) -> ast.Name | None:
        """Give the name that an expression begins with, where no statement of the module binds it, nor does Python."""
        base, _ = _chain(node)
        if not isinstance(base, ast.Name):
            return None
        is_known = base.id in _BUILTINS or base.id.startswith("__") or self.owner(base.id)
        return None if is_known else base

    def _stands_for(self, name: str, most_aliases: int) -> str:
        owner = self.owner(name)
        if owner is None:
            return self._from_outside(name)
        if name in owner.bindings.imported:
            return owner.bindings.imported[name]
        value = owner.bindings.only_value(name)
        if value is not None and most_aliases and not isinstance(value, _DEFINITIONS):
            alias = owner.name_of(value, most_aliases - 1)
            if alias:
                return alias
        if owner is self.module:
            return f":{name}"
        return "ctx" if name in CONTEXT_NAMES and name in owner.bindings.parameters else ""

    def _from_outside(self, name: str) -> str:
        """Name what nothing in the module binds: it comes from a `*`, or is a built-in."""
        if name == "__builtins__":
            return "builtins"
        guess = ""
        for star in self.module.bindings.stars:
            if star in sys.stdlib_module_names and star in sys.modules:
                if name in getattr(sys.modules[star], "__all__", ()):
                    return f"{star}.{name}"
            elif not guess:
                guess = f"{star}{name}" if star.endswith(".") else f"{star}.{name}"
        return f"builtins.{name}" if name in _BUILTINS else guess


def _chain(node: ast.AST, scope: Scope | None = None) -> tuple[ast.Name | str, str]:
    """Take a chain of attributes, calls and items apart: the name it begins with, and what follows.

    With a scope, other ways to write a name are followed, and the beginning may be the name of a module.
    """
    parts: list[str] = []
    while len(parts) < _MOST_PARTS:
        if isinstance(node, ast.Name):
            return node, "".join(reversed(parts))
        meant = reflected(scope, node) if scope else None
        if meant is not None:
            parts.append(meant.rest)
            if isinstance(meant.owner, str):
                return meant.owner, "".join(reversed(parts))
            node = meant.owner
            continue
        link, sign = _LINKS.get(type(node), ("", ""))
        if not link or (isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Div)):
            break
        parts.append(f".{node.attr}" if isinstance(node, ast.Attribute) else sign)
        node = getattr(node, link)
    return "", ""
