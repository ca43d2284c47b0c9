"""The source of the product, read for the rules that tests hold over all of it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.project import REPOSITORY

PACKAGE = REPOSITORY / "aetherflow"
CODE = re.compile(r"AF-[A-Z]\d{3}")
SETTING = re.compile(r"(?<![A-Z_])AETHERFLOW_[A-Z][A-Z_]*[A-Z]")


@cache
def modules() -> dict[Path, str]:
    """Give the text of every module, by its path inside the repository."""
    return {path.relative_to(REPOSITORY): path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def strings(text: str) -> Iterator[str]:
    """Give every string constant of a module but the docstrings and the bare strings."""
    tree = ast.parse(text)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def named_in_source(pattern: re.Pattern[str]) -> dict[str, Path]:
    """Give whatever a pattern finds in the strings of the source, each with a module that names it."""
    return _named(pattern, modules())


def named_in_tests(pattern: re.Pattern[str]) -> dict[str, Path]:
    """Give whatever a pattern finds in the strings of the tests."""
    tests = sorted((REPOSITORY / "tests").rglob("*.py"))
    return _named(pattern, {path: path.read_text(encoding="utf-8") for path in tests})


def _named(pattern: re.Pattern[str], texts: dict[Path, str]) -> dict[str, Path]:
    return {
        found: path for path, text in texts.items() for string in strings(text) for found in pattern.findall(string)
    }


def documentation() -> dict[Path, str]:
    """Give the text of README and every page of docs, by path inside the repository."""
    pages = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
    return {path.relative_to(REPOSITORY): path.read_text(encoding="utf-8") for path in pages}
