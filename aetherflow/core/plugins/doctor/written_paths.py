"""The paths that code spells out: texts, `Path(…) / …`, `os.path.join(…)`, as far as each is known."""

import ast
import posixpath

from aetherflow.core.plugins.doctor.seen_uses import Seen
from aetherflow.core.plugins.doctor.spelled import UNKNOWN, Spelled, settled

PATHS = ("pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath")
#: Functions that give the path that they are given, or those that they are given put together.
_JOINING = frozenset({*PATHS, "os.path.join", "builtins.str", "os.fspath", "os.fsencode", "os.path.normpath"})
_SAME = frozenset({"os.path.abspath", "os.path.realpath", "os.path.expanduser"})
_SAME_METHODS = frozenset({"expanduser", "resolve", "absolute"})
_MOST_STEPS = 20


def path_of(seen: Seen, node: ast.AST | None, steps_left: int = _MOST_STEPS) -> Spelled:
    """Give what is known of a path; what is open ends with the last folder that is."""
    if node is None or steps_left == 0:
        return UNKNOWN
    scope, place = seen.settled(node)
    if isinstance(place, ast.BinOp) and isinstance(place.op, ast.Div):
        return _joined(seen, [place.left, place.right], steps_left)
    if not isinstance(place, ast.Call):
        return seen.spelled(node)
    name = scope.name_of(place.func)
    if name in _JOINING | _SAME:
        return _joined(seen, place.args, steps_left)
    method = place.func.attr if isinstance(place.func, ast.Attribute) else ""
    owner = place.func.value if isinstance(place.func, ast.Attribute) else None
    if name.endswith("pathlib.Path.home"):
        return Spelled("~", is_whole=True)
    if method == "joinpath" and owner is not None:
        return _joined(seen, [owner, *place.args], steps_left)
    return path_of(seen, owner, steps_left - 1) if method in _SAME_METHODS else seen.spelled(node)


def is_given(seen: Seen, node: ast.AST | None) -> bool:
    """Tell a path below the folders that `ctx` gives: `ctx.scratch_dir / "a"`, `f"{ctx.scratch_dir}/a"`."""
    for _ in range(_MOST_STEPS):
        if node is None:
            return False
        scope, node = settled(seen.use.where.scope, node)
        if scope.name_of(node).startswith("ctx."):
            return True
        node = _first_part(node)
    return False


def folder_of(path: Spelled) -> str | None:
    """Give the folder in which a path that is not known to its end certainly begins; the root tells nothing."""
    return path.text.rpartition("/")[0] or None


def _first_part(node: ast.AST) -> ast.AST | None:
    """Give what a path begins with."""
    if isinstance(node, ast.BinOp):
        return node.left
    if isinstance(node, ast.JoinedStr):
        return node.values[0] if node.values else None
    if isinstance(node, ast.FormattedValue):
        return node.value
    return node.args[0] if isinstance(node, ast.Call) and node.args else None


def _joined(seen: Seen, nodes: list[ast.expr], steps_left: int) -> Spelled:
    path = Spelled("", is_whole=True)
    for number, node in enumerate(nodes):
        part = UNKNOWN if isinstance(node, ast.Starred) else path_of(seen, node, steps_left - 1)
        if number == 0 and not (part.is_whole or part.text):
            return UNKNOWN
        text = posixpath.join(path.text, part.text) if number else part.text
        path = Spelled(text, part.is_whole)
        if not part.is_whole:
            return path
    return path if nodes else UNKNOWN
