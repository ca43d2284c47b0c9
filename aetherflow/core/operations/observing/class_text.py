"""What the text of a module says of a class in it, without running it; in doubt it says nothing."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from aetherflow.core.plugins.parsed_module import TooMuchCode, parsed_module
from aetherflow.core.plugins.small_files import read_small

_API = "aetherflow.core.api"


class ModuleNames:
    """The names that a module binds at its own level. ``definitions`` holds what is known of each.

    ``of_the_api`` are those of the public API, by what they are called here.
    """

    def __init__(self, file: str) -> None:
        self.definitions: dict[str, ast.stmt | None] = {}
        self.of_the_api: dict[str, str] = {}
        self.is_certain = False
        content = read_small(file) if Path(file).suffix == ".py" else b""
        try:
            tree = parsed_module(content) if content else None
        except (SyntaxError, ValueError, RecursionError, MemoryError, TooMuchCode):
            return  # loading it will say what is wrong
        if tree:
            self.is_certain = True
            for statement in own_level(tree.body):
                self._take(statement)

    def lacks(self, name: str) -> bool:
        """Tell whether the module certainly has no such name."""
        return self.is_certain and name not in self.definitions

    def is_no_observer(self, name: str) -> bool:
        """Tell a function, and a class that derives from nothing."""
        found = self.definitions.get(name)
        if isinstance(found, ast.ClassDef):
            return not found.bases and not found.keywords and not found.decorator_list
        return isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef) and not found.decorator_list

    def _take(self, statement: ast.stmt) -> None:
        match statement:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                known = None if statement.name in self.definitions else statement
                self.definitions[statement.name] = known
                self.is_certain &= statement.name != "__getattr__"
            case ast.Import() | ast.ImportFrom():
                names = [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
                self.is_certain &= "*" not in names
                self.definitions.update(dict.fromkeys(names))
                if isinstance(statement, ast.ImportFrom) and statement.module == _API:
                    self.of_the_api.update(zip(names, (alias.name for alias in statement.names), strict=True))
            case _:
                names = [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
                self.definitions.update(dict.fromkeys(names))
                self.is_certain &= not {"globals", "exec", "setattr", "vars"} & set(names)


def own_level(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that run at the module's own level, those inside of conditions included."""
    for statement in statements:
        if isinstance(statement, ast.If | ast.Try | ast.TryStar | ast.With | ast.For | ast.While):
            for body in ("body", "orelse", "finalbody"):
                yield from own_level(getattr(statement, body, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from own_level(handler.body)
            if isinstance(statement, ast.With | ast.For):
                yield ast.Expr(_targets(statement))
        else:
            yield statement


def _targets(statement: ast.With | ast.For) -> ast.expr:
    if isinstance(statement, ast.For):
        return statement.target
    return ast.List([item.optional_vars for item in statement.items if item.optional_vars])
