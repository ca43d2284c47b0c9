"""The calls by which a module registers things, recognised under whatever names it imported them."""

import ast
from collections.abc import Iterator, Mapping

from msgspec import Struct

from aetherflow.core.contracts.registry import Kind
from aetherflow.core.plugins.literal_values import Literals, NotLiteral

OURS = "aetherflow"
API_MODULE = "aetherflow.core.api"

#: What each decorator registers, and the keyword that may name it instead of the first argument.
DECORATORS: dict[str, tuple[Kind, str]] = {
    "register_step": ("step", "name"),
    "register_connector": ("connector", ""),
    "register_compiler": ("compiler", "scheme"),
    "register_hook": ("hook", "name"),
    "register_tool": ("tool", "name"),
    "register_command": ("command", "name"),
    "register_executor": ("executor", "name"),
    "register_plugin": ("plugin", "name"),
}


class RegisteringNames(Struct, frozen=True):
    """What names stand for: ``direct`` maps a name to that of a decorator, ``modules`` are names of the API.

    ``unknown`` are names that are imported from us and look like a decorator, which we do not know.
    """

    direct: Mapping[str, str]
    modules: frozenset[str]
    unknown: frozenset[str] = frozenset()

    def decorator(self, node: ast.expr) -> str | None:
        """Name the decorator that an expression stands for, if it does."""
        if isinstance(node, ast.Name):
            return self.direct.get(node.id)
        if isinstance(node, ast.Attribute) and node.attr in DECORATORS and ast.unparse(node.value) in self.modules:
            return node.attr
        return None

    def is_unknown(self, node: ast.expr) -> bool:
        """Tell what looks like a decorator of ours, and is none: its name is misspelt, or of another version."""
        if isinstance(node, ast.Name):
            return node.id in self.unknown
        is_like_one = isinstance(node, ast.Attribute) and _looks_like_one(node.attr)
        return is_like_one and ast.unparse(node.value) in self.modules  # type: ignore[attr-defined]  # it is an Attribute


def registering_names(tree: ast.Module) -> RegisteringNames:
    """Find the names under which a module knows the decorators and the API, wherever it imports or assigns them.

    A decorator that is used and never imported is meant nevertheless: running the module says what is missing.
    """
    direct: dict[str, str] = {}
    modules: set[str] = set()
    unknown: set[str] = set()
    missing = set(DECORATORS)
    for node in ast.walk(tree):
        missing.difference_update(_bound(node))
        if isinstance(node, ast.ImportFrom):
            direct.update(_imported_names(node))
            modules.update(_imported_api(node))
            unknown.update(_imported_unknown(node))
        elif isinstance(node, ast.Import):
            modules.update(alias.asname or alias.name for alias in node.names if alias.name == API_MODULE)
    direct = {**{name: name for name in missing}, **direct}
    found = RegisteringNames(direct, frozenset(modules), frozenset(unknown))
    return RegisteringNames({**direct, **dict(_assigned(tree, found))}, found.modules, found.unknown)


def registered_name(decorator: str, call: ast.Call, literals: Literals) -> str:
    """Give the name that a call registers; raises NotLiteral where it is only known when the code runs."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in keywords or any(isinstance(argument, ast.Starred) for argument in call.args):
        raise NotLiteral
    _, name_key = DECORATORS[decorator]
    if decorator == "register_connector":
        return ":".join(_text(keywords.get(key), literals) for key in ("kind", "driver"))
    return _text(call.args[0] if call.args else keywords.get(name_key), literals)


def _text(node: ast.expr | None, literals: Literals) -> str:
    value = literals.value(node) if node is not None else None
    if not isinstance(value, str):
        raise NotLiteral
    return value


def _bound(node: ast.AST) -> Iterator[str]:
    """Name what a node binds, wherever that is."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield node.asname or node.name
    elif isinstance(node, ast.arg):
        yield node.arg


def _imported_names(node: ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Give the decorators of a `from … import`; any module counts, for a sibling may hand them on."""
    for alias in node.names:
        if alias.name in DECORATORS:
            yield alias.asname or alias.name, alias.name
        elif alias.name == "*" and node.module == API_MODULE:
            yield from ((name, name) for name in DECORATORS)


def _imported_unknown(node: ast.ImportFrom) -> Iterator[str]:
    if node.level == 0 and (node.module or "").partition(".")[0] == OURS:
        yield from (alias.asname or alias.name for alias in node.names if _looks_like_one(alias.name))


def _looks_like_one(name: str) -> bool:
    return name.startswith("register") and name not in DECORATORS


def _imported_api(node: ast.ImportFrom) -> Iterator[str]:
    if node.module == "aetherflow.core":
        yield from (alias.asname or alias.name for alias in node.names if alias.name == "api")
    elif node.module == "aetherflow":
        yield from (f"{alias.asname or alias.name}.api" for alias in node.names if alias.name == "core")


def _assigned(tree: ast.Module, names: RegisteringNames) -> Iterator[tuple[str, str]]:
    """Give the further names that module-level assignments give to decorators."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and (decorator := names.decorator(node.value)):
            yield from ((target.id, decorator) for target in node.targets if isinstance(target, ast.Name))
