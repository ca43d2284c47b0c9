"""How many lines of a plugin its author has to write."""

import ast

#: The most for one plugin: what is no import, docstring, comment or blank line.
MOST_LINES = 10


def own_lines(code: str) -> list[str]:
    """Give the lines that are no import, docstring, comment or blank."""
    tree = ast.parse(code)
    passed = {number for node in ast.walk(tree) for number in _not_own(node)}
    return [
        line
        for number, line in enumerate(code.splitlines(), start=1)
        if number not in passed and line.strip() and not line.strip().startswith("#")
    ]


def _not_own(node: ast.AST) -> range:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if is_text or isinstance(node, ast.Import | ast.ImportFrom):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)  # type: ignore[attr-defined]
    return range(0)
