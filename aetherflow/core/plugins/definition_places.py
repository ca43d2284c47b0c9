"""Places of the names of classes and functions in a module's text."""

import ast
import re
from bisect import bisect_left
from itertools import accumulate

from aetherflow.core.contracts.span import Span

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

_KEYWORDS = re.compile(r"(?:async\s+)?(?:def|class)\s+")


def first_line(definition: Definition) -> int:
    """Give the line in which a definition begins: that of its first decorator, if it has one."""
    return min([definition.lineno, *(each.lineno for each in definition.decorator_list)])


def name_span(file: str, lines: list[str], definition: Definition) -> Span:
    """Give the place of the name of a class or function."""
    line = lines[definition.lineno - 1] if definition.lineno <= len(lines) else ""
    start = _characters(line, definition.col_offset)
    keyword = _KEYWORDS.match(line, start)
    start = keyword.end() if keyword else start
    return Span(file, definition.lineno, start + 1, definition.lineno, start + len(definition.name) + 1)


def defined_at(tree: ast.Module, line: int) -> Definition | None:
    """Give the class or function whose decorators or first line a line is among."""
    definitions = (node for node in ast.walk(tree) if isinstance(node, Definition))
    return next((node for node in definitions if first_line(node) <= line <= node.lineno), None)


def _characters(line: str, offset: int) -> int:
    """Count the characters in so many bytes of UTF-8, in which Python counts columns."""
    if line.isascii():
        return min(offset, len(line))
    starts = list(accumulate((len(sign.encode("utf-8", "surrogatepass")) for sign in line), initial=0))
    return bisect_left(starts, min(offset, starts[-1]))
