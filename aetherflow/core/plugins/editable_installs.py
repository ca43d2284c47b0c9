"""Where editable installs keep their sources: read from the links that installers leave, none of them executed.

Installers leave a ``.pth`` file in the site directory. Its lines are folders (hatchling, uv, flit, pdm, poetry,
maturin, setuptools with a src folder), or an import of a finder module in which a mapping of names to paths is written
(setuptools, ``editables``, scikit-build-core).
"""

import ast
import json
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from aetherflow.core.plugins.parsed_module import TooMuchCode, parsed_module
from aetherflow.core.plugins.small_files import read_small, read_small_text


def project_folder(direct_url: bytes) -> str:
    """Give the project's folder of an editable install from its direct_url.json, else nothing."""
    try:
        data = json.loads(direct_url or b"{}")
        if data["dir_info"]["editable"] is not True:
            return ""
        parts = urlsplit(data["url"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return unquote(parts.path).rstrip("/") if parts.scheme == "file" and parts.path.startswith("/") else ""


def editable_folders(links: Sequence[str]) -> list[str]:
    """Give the folders that .pth files add."""
    return [line for link in links for line in _lines(link) if line.startswith("/")]


def finder_files(site: str, links: Sequence[str]) -> list[str]:
    """Give the files of the finders that .pth files import."""
    return [f"{site}/{name}.py" for link in links for line in _lines(link) for name in _imported(line)]


def editable_mapping(finders: Sequence[str]) -> dict[str, str]:
    """Give the paths of modules that finders map."""
    return {module: path for finder in finders for module, path in _mapped(finder)}


def _lines(link: str) -> list[str]:
    return [line.strip() for line in read_small_text(link).splitlines() if line.strip() and not line.startswith("#")]


def _imported(line: str) -> Iterator[str]:
    """Name the modules that a line of a .pth file imports; more than that is not understood."""
    if line.startswith(("import ", "import\t")):
        first = line.partition(";")[0].removeprefix("import").strip()
        yield from (name for part in first.split(",") if (name := part.strip()).isidentifier())


def _mapped(finder: str) -> Iterator[tuple[str, str]]:
    try:
        tree = parsed_module(read_small(finder))
    except (SyntaxError, ValueError, RecursionError, MemoryError, TooMuchCode):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and _target(node) == "MAPPING":
            yield from _pairs(node.value)
        elif isinstance(node, ast.Call) and _name(node.func) == "install" and node.args:
            yield from _pairs(node.args[0])
        elif isinstance(node, ast.Call) and _name(node.func) == "map_module" and len(node.args) == 2:
            yield from _pair(node.args[0], node.args[1])


def _target(node: ast.Assign | ast.AnnAssign) -> str:
    return _name(node.targets[0] if isinstance(node, ast.Assign) else node.target)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _pairs(node: ast.expr | None) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from _pair(key, value)


def _pair(key: ast.expr | None, value: ast.expr) -> Iterator[tuple[str, str]]:
    name, path = (each.value if isinstance(each, ast.Constant) else None for each in (key, value))
    if isinstance(name, str) and isinstance(path, str) and path.startswith("/"):
        yield name, path
