"""Walks a module's syntax tree for what it registers, imports, and leaves to be found out by running it."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from aetherflow.core.plugins.class_attributes import ModuleNames, describe_target, schemes_of
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.module_reading import (
    ImportedModule,
    ModuleReading,
    StaticRegistration,
    Unread,
    WrittenMetadata,
)
from aetherflow.core.plugins.observer_reading import observers_of
from aetherflow.core.plugins.parsed_module import TooMuchCode
from aetherflow.core.plugins.registration_calls import (
    DECORATORS,
    RegisteringNames,
    registered_name,
    registering_names,
)
from aetherflow.core.plugins.tool_reading import NotListed, describe_tool, listed_tools
from aetherflow.core.plugins.typer_apps import describe_app, typer_app
from aetherflow.core.plugins.written_metadata import names_of_metadata, written_metadata

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_REPEATED = (ast.For, ast.While)

#: Of one module: what it registers is listed, and places that only running it can tell are told.
MOST_REGISTRATIONS = 2_000
MOST_UNREAD = 200
MOST_METADATA = 200


def scan_module(tree: ast.Module) -> ModuleReading:
    """Give what a module registers when it is imported."""
    calls = registering_names(tree)
    scan = _Scan(calls, ModuleNames(tree))
    for statement in statements_at_import(tree.body):
        scan.statement(statement)
    scan.unread += islice(_left_to_running(tree, calls, scan.understood), MOST_UNREAD)
    return ModuleReading(
        registrations=tuple(scan.registrations),
        unread=tuple(sorted(scan.unread, key=lambda each: (each.line, each.column))[:MOST_UNREAD]),
        imports=tuple(_imports(tree)),
        compilers=tuple(_compilers(scan.names)),
        observers=tuple(islice(observers_of(tree, scan.names, calls.modules), MOST_REGISTRATIONS)),
        metadata=tuple(_metadata(tree, scan)),
    )


def statements_at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that importing a module executes once at most, in order; branches are taken as executed."""
    for statement in body:
        yield statement
        if isinstance(statement, (*_FUNCTIONS, *_REPEATED)):
            continue
        for block in blocks_of(statement):
            yield from statements_at_import(block)


def blocks_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Give the lists of statements inside a statement."""
    for field in ("body", "orelse", "finalbody"):
        yield getattr(statement, field, [])
    yield from (handler.body for handler in getattr(statement, "handlers", []))
    yield from (case.body for case in getattr(statement, "cases", []))


class _Scan:
    """Collects registrations, and which calls were understood."""

    def __init__(self, calls: RegisteringNames, names: ModuleNames) -> None:
        self._calls = calls
        self.names = self._names = names
        self.registrations: list[StaticRegistration] = []
        self.unread: list[Unread] = []
        self.understood: set[int] = set()

    def statement(self, statement: ast.stmt) -> None:
        if isinstance(statement, Definition):
            # The innermost decorator is applied first, and so marks first.
            for decorator in reversed(statement.decorator_list):
                self._decorator(decorator, statement)
        elif isinstance(statement, ast.Expr | ast.Assign):
            self._applied(statement.value)

    def _decorator(self, node: ast.expr, target: Definition) -> None:
        if (bare := self._calls.decorator(node)) == "register_compiler" and isinstance(target, ast.ClassDef):
            self._all_schemes(bare, node, target)
        elif bare == "register_plugin":
            self.understood.add(id(node))
            self._register(bare, target.name, target)
        elif isinstance(node, ast.Call) and (decorator := self._calls.decorator(node.func)):
            self._call(decorator, node, target)

    def _applied(self, node: ast.expr) -> None:
        """Take `register_step("x")(target)`, where the target is defined, or a Typer app is made, in this module."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and len(node.args) == 1):
            return
        decorator = self._calls.decorator(node.func.func)
        target = self._names.definitions.get(node.args[0].id) if isinstance(node.args[0], ast.Name) else None
        if decorator and target is not None:
            self._call(decorator, node.func, target)
        elif decorator == "register_command" and typer_app(node.args[0], self._names):
            self._call(decorator, node.func, node.args[0])

    def _call(self, decorator: str, call: ast.Call, target: Definition | ast.expr) -> None:
        self.understood.add(id(call.func))
        try:
            name = registered_name(decorator, call, self._names.literals)
        except NotLiteral:
            self.unread.append(_unread(call, "its name is no literal"))
            return
        if decorator == "register_tool" and isinstance(target, Definition):
            self._keep(describe_tool(name, call, target, self._names))
        else:
            self._register(decorator, name, target)
        if decorator == "register_plugin" and isinstance(target, ast.ClassDef):
            self._tools(name, target)

    def _tools(self, owner: str, target: ast.ClassDef) -> None:
        for tool in listed_tools(owner, target, self._names):
            if isinstance(tool, NotListed):
                self.unread.append(_unread(tool.node, tool.reason))
            else:
                self._keep(tool)

    def _all_schemes(self, decorator: str, node: ast.expr, target: ast.ClassDef) -> None:
        self.understood.add(id(node))
        try:
            schemes = schemes_of(target, self._names)
        except NotLiteral:
            self.unread.append(_unread(node, "its supported_schemes are no list of literals"))
        else:
            for scheme in schemes:
                self._register(decorator, scheme, target)

    def _register(self, decorator: str, name: str, target: Definition | ast.expr) -> None:
        if isinstance(target, Definition):
            kind, _ = DECORATORS[decorator]
            self._keep(describe_target(kind, name, target, self._names))
        elif app := typer_app(target, self._names):
            self._keep(describe_app(name, target.lineno, target, app, self._names))

    def _keep(self, registration: StaticRegistration) -> None:
        if len(self.registrations) == MOST_REGISTRATIONS:
            raise TooMuchCode(f"more than {MOST_REGISTRATIONS:,} registrations")
        self.registrations.append(registration)


def _metadata(tree: ast.Module, scan: _Scan) -> Iterator[WrittenMetadata]:
    """Give what the classes of plugins with a life of their own say of themselves."""
    targets = [each.target for each in scan.registrations if each.kind == "plugin"]
    called = names_of_metadata(tree) if targets else frozenset()
    for name in targets[:MOST_METADATA]:
        if (target := scan.names.definitions.get(name)) is not None:
            yield from written_metadata(target, scan.names, called)


def _compilers(names: ModuleNames) -> Iterator[StaticRegistration]:
    """Give what the classes that say schemes are, should an entry point name them."""
    for target in names.definitions.values():
        if isinstance(target, ast.ClassDef):
            with suppress(NotLiteral):
                for scheme in schemes_of(target, names):
                    yield describe_target("compiler", scheme, target, names)


def _left_to_running(tree: ast.Module, calls: RegisteringNames, understood: set[int]) -> Iterator[Unread]:
    """Give every other use of a decorator: in functions and loops, handed on, applied to what is not defined here."""
    passed_over = understood | {id(node.value) for node in tree.body if isinstance(node, ast.Assign)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if id(node) not in passed_over and calls.decorator(node):
            yield _unread(node, "it is used in a function, in a loop, or on what is not defined here")
        elif calls.is_unknown(node):
            yield _unread(node, "it is no decorator of aetherflow.core.api")


def _unread(node: ast.expr | ast.FunctionDef | ast.AsyncFunctionDef, reason: str) -> Unread:
    end = node.end_col_offset if node.end_lineno == node.lineno and node.end_col_offset else node.col_offset + 1
    return Unread(node.lineno, node.col_offset + 1, end + 1, reason)


def _imports(tree: ast.Module) -> Iterator[ImportedModule]:
    for statement in statements_at_import(tree.body):
        if isinstance(statement, ast.Import):
            yield from (ImportedModule(alias.name, 0) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            names = tuple(alias.name for alias in statement.names)
            yield ImportedModule(statement.module or "", statement.level, names)
