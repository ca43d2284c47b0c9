"""Every module is short and says what it is for."""

import ast
from collections.abc import Iterator
from typing import TypeGuard

from tests.architecture.source import modules

MAX_LINES = 400

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_no_module_is_longer_than_400_lines() -> None:
    too_long = {str(path): lines for path, text in modules().items() if (lines := text.count("\n")) > MAX_LINES}
    assert too_long == {}


def test_every_package_file_is_empty_but_the_one_that_pytest_reads() -> None:
    filled = [str(path) for path, text in modules().items() if path.name == "__init__.py" and text]
    assert filled == ["aetherflow/testing/__init__.py"]


def test_every_public_name_is_documented() -> None:
    assert [f"{path}: {name}" for path, text in modules().items() if text for name in undocumented(text)] == []


def undocumented(text: str) -> Iterator[str]:
    """Name the module, the public classes and the public functions that have no docstring."""
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield "the module"
    for node in tree.body:
        if is_public_definition(node) and not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (f"{node.name}.{method}" for method in undocumented_methods(node))


def undocumented_methods(node: ast.ClassDef) -> Iterator[str]:
    """Name the public methods without a docstring; those of a protocol that say only their type need none."""
    for method in node.body:
        if is_public_definition(method) and not ast.get_docstring(method) and not is_declaration(method):
            yield method.name


def is_public_definition(node: ast.stmt) -> TypeGuard[Definition]:
    """Tell a public class or function."""
    return isinstance(node, Definition) and not node.name.startswith("_")


def is_declaration(node: Definition) -> bool:
    """Tell a definition whose body is `...`."""
    return [ast.unparse(statement) for statement in node.body] == ["..."]
