"""What the names of one scope are bound to: a module, a class body, a function, a lambda or a comprehension."""

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Function = ast.FunctionDef | ast.AsyncFunctionDef
ScopeNode = ast.Module | ast.ClassDef | Function | ast.Lambda | Comprehension

#: A name that is bound to something that cannot be followed.
OPAQUE = None


class Bindings:
    """The names of a scope: what they are imported as, the expressions they are given, and what is declared.

    ``imported`` has dotted names, relative ones with their leading dots; ``values`` one entry for each time that a name
    is bound; ``elsewhere`` are names declared global or nonlocal.
    """

    def __init__(self) -> None:
        self.imported: dict[str, str] = {}
        self.values: dict[str, list[ast.AST | None]] = {}
        self.parameters: set[str] = set()
        self.elsewhere: dict[str, str] = {}
        self.stars: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self.imported or name in self.values or name in self.parameters

    @cached_property
    def followed(self) -> frozenset[int]:
        """The ids of the expressions that a name stands for: whoever meets the name is led to them."""
        return frozenset(id(values[0]) for values in self.values.values() if len(values) == 1)

    def only_value(self, name: str) -> ast.AST | None:
        """Give what a name is bound to, where it is bound once and for all."""
        values = self.values.get(name, [])
        return values[0] if len(values) == 1 and name not in self.parameters else None


def bindings_of(node: ScopeNode) -> Bindings:
    """Collect the bindings of a scope; those of scopes inside it are not looked at."""
    found = _Collection()
    if isinstance(node, Function | ast.Lambda):
        found.bindings.parameters.update(argument.arg for argument in arguments_of(node.args))
    if isinstance(node, Comprehension):
        found.waiting += [generator.target for generator in node.generators]
    else:
        found.waiting += node.body if isinstance(node.body, list) else [node.body]
    found.collect()
    return found.bindings


def arguments_of(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Give every parameter, starred ones too."""
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def evaluated_outside(node: Function | ast.Lambda | ast.ClassDef) -> Iterator[ast.expr]:
    """Give the parts of a definition that belong to the scope around it: decorators, defaults, annotations, bases."""
    if isinstance(node, ast.ClassDef):
        yield from node.decorator_list
        yield from node.bases
        yield from (keyword.value for keyword in node.keywords)
        return
    if not isinstance(node, ast.Lambda):
        yield from node.decorator_list
        yield from (argument.annotation for argument in arguments_of(node.args) if argument.annotation)
        yield from (node.returns,) if node.returns else ()
    yield from (default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None)


def imported_as(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[ast.alias, str]]:
    """Give each imported name with its full dotted name: that of the module, or of what is taken from it."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield alias, alias.name
        else:
            yield alias, joined("." * node.level + (node.module or ""), alias.name)


def joined(module: str, name: str) -> str:
    """Put a name behind a module's; one that is dots alone needs none between."""
    return f"{module}{name}" if not module.strip(".") else f"{module}.{name}"


class _Collection:
    """Goes through the nodes of one scope; without recursion, for any depth may be written."""

    def __init__(self) -> None:
        self.bindings = Bindings()
        self.waiting: list[ast.AST] = []
        self._readers: Mapping[type[ast.AST], Callable[[Any], None]] = {
            ast.FunctionDef: self._definition,
            ast.AsyncFunctionDef: self._definition,
            ast.ClassDef: self._definition,
            ast.Lambda: self._outside,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.Import: self._import,
            ast.ImportFrom: self._import,
            ast.Assign: self._assignment,
            ast.AnnAssign: self._annotated,
            ast.NamedExpr: self._named,
            ast.withitem: self._entered,
            ast.Global: self._declared,
            ast.Nonlocal: self._declared,
        }

    def collect(self) -> None:
        while self.waiting:
            node = self.waiting.pop()
            reader = self._readers.get(type(node))
            if reader is not None:
                reader(node)
                continue
            # An except clause and the patterns of a match hold the names that they bind as plain text.
            if isinstance(name := getattr(node, "name", None) or getattr(node, "rest", None), str):
                self._bind(name, OPAQUE)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self._bind(node.id, OPAQUE)
            self.waiting += ast.iter_child_nodes(node)

    def _bind(self, name: str, value: ast.AST | None) -> None:
        self.bindings.values.setdefault(name, []).append(value)

    def _definition(self, node: Function | ast.ClassDef) -> None:
        self._bind(node.name, node)
        self._outside(node)

    def _outside(self, node: Function | ast.ClassDef | ast.Lambda) -> None:
        self.waiting += evaluated_outside(node)

    def _comprehension(self, node: Comprehension) -> None:
        # Its targets are its own; what `:=` binds in it is bound here.
        for child in ast.iter_child_nodes(node):
            self.waiting += [child.iter, *child.ifs] if isinstance(child, ast.comprehension) else [child]

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias, name in imported_as(node):
            if isinstance(node, ast.ImportFrom) and alias.name == "*":
                self.bindings.stars.append("." * node.level + (node.module or ""))
            elif isinstance(node, ast.Import) and not alias.asname:
                self.bindings.imported.setdefault(name.partition(".")[0], name.partition(".")[0])
            else:
                self.bindings.imported.setdefault(alias.asname or alias.name, name)

    def _assignment(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assigned(target, node.value)
        self.waiting.append(node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node.target, node.value)
            self.waiting.append(node.value)
        elif isinstance(node.target, ast.Name) and node.target.id not in self.bindings.values:
            self.bindings.values[node.target.id] = []  # `x: int` makes it a name of this scope, and gives it nothing

    def _named(self, node: ast.NamedExpr) -> None:
        self._assigned(node.target, node.value)
        self.waiting.append(node.value)

    def _entered(self, node: ast.withitem) -> None:
        # What `with` gives is mostly what it is given: a file, a client, a connection.
        if node.optional_vars is not None:
            self._assigned(node.optional_vars, node.context_expr)
        self.waiting.append(node.context_expr)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, value)
        else:
            self.waiting.append(target)

    def _declared(self, node: ast.Global | ast.Nonlocal) -> None:
        kind = "global" if isinstance(node, ast.Global) else "nonlocal"
        self.bindings.elsewhere.update(dict.fromkeys(node.names, kind))
