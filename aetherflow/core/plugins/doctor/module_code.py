"""One module of a plugin, parsed once for all checks; nothing of it is executed."""

import ast
from bisect import bisect_left
from functools import cached_property
from importlib.util import decode_source
from itertools import accumulate

from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.regular_files import read_regular
from aetherflow.core.plugins.class_attributes import ModuleNames
from aetherflow.core.plugins.definition_places import name_span
from aetherflow.core.plugins.doctor.bindings import Bindings, Function, bindings_of
from aetherflow.core.plugins.doctor.name_uses import Imported, ModuleUses, uses_in
from aetherflow.core.plugins.doctor.scopes import Scope
from aetherflow.core.plugins.largest_files import LARGEST_MODULE_BYTES
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.module_reading import ModuleReading
from aetherflow.core.plugins.parsed_module import TooMuchCode, parsed_module
from aetherflow.core.plugins.registration_scan import scan_module


class ModuleCode:
    """The code of a module. ``name`` is its dotted name inside the plugin, ``path`` what findings name."""

    def __init__(self, name: str, path: str, tree: ast.Module, text: str) -> None:
        self.name = name
        self.path = path
        self.tree = tree
        self._lines = text.split("\n")
        self.reading: ModuleReading = scan_module(tree)
        self._bindings: dict[int, Bindings] = {}  # by the class: a base is asked by all its heirs
        self._starts: tuple[int, list[int]] = (0, [])  # of a line, which has many findings or none
        self.scope = Scope(tree)
        self.found: ModuleUses = uses_in(self.scope, tree)

    @property
    def is_package(self) -> bool:
        """Tell the module of a package from one inside it."""
        return self.path.endswith("/__init__.py")

    @cached_property
    def names(self) -> ModuleNames:
        """The module's definitions and constants."""
        return ModuleNames(self.tree)

    def bindings_of(self, node: ast.ClassDef) -> Bindings:
        """Give what a class of the module binds."""
        if id(node) not in self._bindings:
            self._bindings[id(node)] = bindings_of(node)
        return self._bindings[id(node)]

    def literal_text(self, node: ast.expr | None) -> str | None:
        """Give the text that an expression always has, where it has one."""
        try:
            value = self.names.literals.value(node) if node is not None else None
        except (NotLiteral, RecursionError):
            return None
        return value if isinstance(value, str) else None

    def span_of(self, node: ast.expr | ast.stmt | ast.alias) -> Span:
        """Give the place of a node."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._span(node.lineno, node.col_offset, end_line, end_column)

    def span_of_name(self, definition: Function | ast.ClassDef) -> Span:
        """Give the place of the name of a class or function."""
        return name_span(self.path, self._lines, definition)

    def span_of_module(self, imported: Imported) -> Span:
        """Give the place of the module's name in `from MODULE import …`, or of what `import` names."""
        statement = imported.statement
        if isinstance(statement, ast.Import):
            return self.span_of(imported.alias)
        line = self._line(statement.lineno)
        start = line.find(imported.module, len(line.encode()[: statement.col_offset].decode("utf-8", "replace")) + 4)
        if start < 0:  # written across lines, or with spaces around its dots
            return self.span_of(imported.alias)
        return Span(self.path, statement.lineno, start + 1, statement.lineno, start + len(imported.module) + 1)

    def _span(self, line: int, start: int, end_line: int, end: int) -> Span:
        """Give a place by the columns that Python counts: bytes of UTF-8."""
        column, end_column = self._column(line, start), self._column(end_line, end)
        if (end_line, end_column) < (line, column):  # Python 3.11 knows no places inside f-strings of several lines
            end_line, end_column = line, column
        return Span(self.path, line, column, end_line, end_column)

    def _column(self, number: int, offset: int) -> int:
        line = self._line(number)
        if line.isascii():
            return min(offset, len(line)) + 1
        if self._starts[0] != number:
            self._starts = (number, list(accumulate((len(sign.encode()) for sign in line), initial=0)))
        starts = self._starts[1]
        return bisect_left(starts, min(offset, starts[-1])) + 1

    def _line(self, number: int) -> str:
        return self._lines[number - 1] if number <= len(self._lines) else ""


def read_code(name: str, path: str) -> ModuleCode | None:
    """Read and parse a module; None where that cannot be done, which discovery has told (AF-P141 to AF-P143)."""
    try:
        return parse_code(name, path, read_regular(path, LARGEST_MODULE_BYTES))
    except (OSError, ValueError):
        return None


def parse_code(name: str, path: str, content: bytes) -> ModuleCode | None:
    """Parse a module; None for what is not Python, or nested too deeply."""
    try:
        return ModuleCode(name, path, parsed_module(content), decode_source(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError, TooMuchCode):
        return None
