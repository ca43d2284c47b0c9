"""Every use of a name in a module, with what the name stands for and when the use happens."""

import ast
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from aetherflow.core.plugins.doctor.bindings import (
    Comprehension,
    Function,
    ScopeNode,
    evaluated_outside,
    imported_as,
)
from aetherflow.core.plugins.doctor.scopes import Scope

How = Literal["call", "read", "set", "delete", "read item", "set item", "delete item"]


class Circumstances:
    """Where in a module something stands.

    ``at_import`` is true for what importing the module runs, ``is_dead`` for what no plugin ever runs (for type
    checkers, or for the module as a program), and ``definitions`` are the functions and classes around it.
    """

    __slots__ = ("at_import", "definitions", "is_dead", "scope")

    def __init__(
        self, scope: Scope, *, at_import: bool = True, is_dead: bool = False, definitions: tuple[ast.AST, ...] = ()
    ) -> None:
        self.scope = scope
        self.at_import = at_import
        self.is_dead = is_dead
        self.definitions = definitions


class Use(Struct, frozen=True):
    """One use: ``name`` is as `Scope.name_of` gives it, of an item that of what the item is in.

    ``node`` is the whole chain of attributes; ``variable`` the module's own variable that it begins with.
    """

    node: ast.expr
    name: str
    how: How
    where: Circumstances
    variable: str = ""
    call: ast.Call | None = None
    item: ast.expr | None = None


class Imported(Struct, frozen=True):
    """One name of an import statement; ``name`` is dotted, with what is taken from the module."""

    statement: ast.Import | ast.ImportFrom
    alias: ast.alias
    name: str
    where: Circumstances

    @property
    def module(self) -> str:
        """The module, where the statement names one: `from MODULE import …`, `import MODULE`."""
        if isinstance(self.statement, ast.Import):
            return self.alias.name
        return "." * self.statement.level + (self.statement.module or "")

    @property
    def is_first(self) -> bool:
        """Tell the first name of a `from MODULE import …`; each module of an `import` is one."""
        return isinstance(self.statement, ast.Import) or self.alias is self.statement.names[0]


class ModuleUses(Struct, frozen=True):
    """All uses and imports of a module, in the order of its text."""

    uses: tuple[Use, ...]
    imports: tuple[Imported, ...]


def is_within(name: str, outer: str) -> bool:
    """Tell a dotted name from one that only begins with the same letters: `os.environ.get` is within `os.environ`."""
    return name == outer or name.startswith((f"{outer}.", f"{outer}(", f"{outer}["))


def uses_in(module: Scope, tree: ast.Module) -> ModuleUses:
    """Find every use of a name that stands for something known."""
    walk = _Walk()
    walk.push(tree.body, Circumstances(module))
    walk.run()
    return ModuleUses(tuple(walk.uses), tuple(walk.imports))


class _Walk:
    """Goes through a module in the order of its text; without recursion, for any depth may be written."""

    def __init__(self) -> None:
        self.uses: list[Use] = []
        self.imports: list[Imported] = []
        self._waiting: list[tuple[ast.AST, Circumstances]] = []

    def push(self, nodes: Iterable[ast.AST], where: Circumstances) -> None:
        self._waiting += [(node, where) for node in reversed(list(nodes))]

    def run(self) -> None:
        while self._waiting:
            node, where = self._waiting.pop()
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.imports += [Imported(node, alias, name, where) for alias, name in imported_as(node)]
            elif isinstance(node, Function | ast.Lambda | ast.ClassDef):
                self._definition(node, where)
            elif isinstance(node, Comprehension):
                self.push(ast.iter_child_nodes(node), _inside(node, where))
            elif isinstance(node, ast.If):
                self._branches(node, where)
            elif isinstance(node, ast.Call | ast.Subscript | ast.Attribute | ast.Name):
                self._chain(node, where)
            else:
                self.push(ast.iter_child_nodes(node), where)

    def _definition(self, node: Function | ast.Lambda | ast.ClassDef, where: Circumstances) -> None:
        body = node.body if isinstance(node.body, list) else [node.body]
        inside = _inside(node, where)
        self.push(body, inside)
        # Bases and decorators belong to the definition, and are seen from the scope around it.
        beside = Circumstances(
            where.scope, at_import=where.at_import, is_dead=where.is_dead, definitions=inside.definitions
        )
        self.push(evaluated_outside(node), beside)

    def _branches(self, node: ast.If, where: Circumstances) -> None:
        dead = Circumstances(where.scope, at_import=where.at_import, is_dead=True, definitions=where.definitions)
        self.push(node.orelse, where)
        self.push(node.body, dead if _is_never_true(node.test, where.scope) else where)
        self.push([node.test], where)

    def _chain(self, node: ast.Call | ast.Subscript | ast.Attribute | ast.Name, where: Circumstances) -> None:
        """Take a use, then what the chain hangs on and what stands in its brackets."""
        if isinstance(node, ast.Call):
            self._take(node.func, "call", where, call=node)
            self.push([*node.args, *(keyword.value for keyword in node.keywords)], where)
            self._below(node.func, where)
        elif isinstance(node, ast.Subscript):
            self._take(node.value, _how_item(node.ctx), where, item=node.slice)
            self.push([node.slice], where)
            self._below(node.value, where)
        else:
            self._take(node, _how(node.ctx), where)
            self._below(node, where)

    def _below(self, node: ast.expr, where: Circumstances) -> None:
        """Go on below the attributes of a chain: they are one use together with what they belong to."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            self.push([node], where)

    def _take(
        self,
        node: ast.expr,
        how: How,
        where: Circumstances,
        call: ast.Call | None = None,
        item: ast.expr | None = None,
    ) -> None:
        if not isinstance(node, ast.Attribute | ast.Name | ast.Call | ast.Subscript | ast.NamedExpr):
            return
        variable = where.scope.variable_of(node)
        if isinstance(node, ast.Name) and how in ("set", "delete"):
            name = f":{variable}" if variable else ""  # the name itself is bound anew, not what it stands for
        else:
            name = where.scope.name_of(node)
        # The method of something unknown may tell enough by its own name: `.write_text`.
        name = name or (f"?.{node.attr}" if isinstance(node, ast.Attribute) else "")
        if name:
            self.uses.append(Use(node, name, how, where, variable, call, item))


def _inside(node: ScopeNode, where: Circumstances) -> Circumstances:
    """Give the circumstances inside a scope: the body of a function is not run by an import."""
    is_function = isinstance(node, Function | ast.Lambda)
    is_definition = isinstance(node, Function | ast.ClassDef)
    return Circumstances(
        Scope(node, where.scope),
        at_import=where.at_import and not is_function,
        is_dead=where.is_dead,
        definitions=(*where.definitions, node) if is_definition else where.definitions,
    )


def _how(context: ast.expr_context) -> How:
    return "read" if isinstance(context, ast.Load) else "set" if isinstance(context, ast.Store) else "delete"


def _how_item(context: ast.expr_context) -> How:
    if isinstance(context, ast.Load):
        return "read item"
    return "set item" if isinstance(context, ast.Store) else "delete item"


def _is_never_true(test: ast.expr, scope: Scope) -> bool:
    """Tell the guards of code that no plugin runs: `if TYPE_CHECKING`, `if __name__ == "__main__"`."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        is_guard = {_compared(test.left), _compared(test.comparators[0])} == {"__name__", "'__main__'"}
        return is_guard and scope.owner("__name__") is None
    return scope.name_of(test) == "typing.TYPE_CHECKING"


def _compared(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return repr(node.value) if isinstance(node, ast.Constant) else ""
