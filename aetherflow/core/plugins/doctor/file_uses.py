"""The calls by which code reads and writes files."""

import ast
from pathlib import PurePosixPath
from typing import Literal

from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.words import words

Access = Literal["read", "write", "unknown"]

_OPENING = frozenset({"builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open"})
_PATHS = ("pathlib.Path", "pathlib.PosixPath")
_READING_METHODS = frozenset({"read_text", "read_bytes", "iterdir", "glob", "rglob", "walk"})
_WRITING_METHODS = words("write_text write_bytes mkdir touch unlink rename replace rmdir symlink_to hardlink_to chmod")
#: Methods that hardly anything but a path has.
_TELLING_METHODS = {"?.read_text": "read", "?.read_bytes": "read", "?.write_text": "write", "?.write_bytes": "write"}
_READING_CALLS = frozenset({"os.listdir", "os.scandir", "os.walk", "glob.glob", "glob.iglob"})
#: Functions that write, with the number of the argument that says where.
_WRITING_CALLS = {
    **{f"os.{name}": 0 for name in words("remove unlink mkdir makedirs rmdir removedirs truncate chmod chown")},
    **{f"os.{name}": 1 for name in words("rename renames replace link symlink")},
    **{f"shutil.{name}": 1 for name in words("copy copy2 copyfile copytree move unpack_archive")},
    "shutil.rmtree": 0,
    "shutil.make_archive": 0,
    "sqlite3.connect": 0,
}


def file_reach(module: ModuleCode, use: Use) -> Reach | None:
    """Say what a use does to files; what it does below the directories that `ctx` gives is every step's right."""
    call = use.call
    if call is None or use.name.startswith("ctx."):
        return None
    access, place = _access_and_place(module, use, call)
    if access is None or _is_given(use, place):
        return None
    path = _literal_path(module, use, place)
    is_certain = access == "write" or (access == "read" and path is not None and path.startswith(("/", "~")))
    return Reach(
        resource="read" if access == "read" else "write",
        span=module.span_of(use.node),
        detail=path,
        is_certain=is_certain and not use.name.startswith("?") and path != ":memory:",
    )


def _access_and_place(module: ModuleCode, use: Use, call: ast.Call) -> tuple[Access | None, ast.expr | None]:
    """Give what a call does, and the expression that says where."""
    if use.name in _OPENING:
        return _by_mode(module, call, 1), _argument(call, 0)
    if use.name in _READING_CALLS:
        return "read", _argument(call, 0)
    if use.name in _WRITING_CALLS:
        return "write", _argument(call, _WRITING_CALLS[use.name])
    return _of_method(module, use, call), use.node.value if isinstance(use.node, ast.Attribute) else None


def _of_method(module: ModuleCode, use: Use, call: ast.Call) -> Access | None:
    owner, _, method = use.name.rpartition(".")
    if use.name in _TELLING_METHODS:
        return "read" if _TELLING_METHODS[use.name] == "read" else "write"
    if not any(owner.startswith((f"{path}()", f"{path}.")) for path in _PATHS):
        return None
    if method == "open":
        return _by_mode(module, call, 0)
    return "read" if method in _READING_METHODS else "write" if method in _WRITING_METHODS else None


def _by_mode(module: ModuleCode, call: ast.Call, position: int) -> Access:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    mode = _argument(call, position) or keywords.get("mode")
    if mode is None:
        return "read"
    text = module.literal_text(mode)
    return "unknown" if text is None else "write" if set(text) & set("wax+") else "read"


def _argument(call: ast.Call, position: int) -> ast.expr | None:
    return call.args[position] if len(call.args) > position else None


def _is_given(use: Use, place: ast.expr | None) -> bool:
    return place is not None and use.where.scope.name_of(place).startswith("ctx.")


def _literal_path(module: ModuleCode, use: Use, place: ast.expr | None) -> str | None:
    """Give the path that an expression stands for: a text, a Path of one, or such paths put together."""
    parts: list[str] = []
    while isinstance(place, ast.BinOp) and isinstance(place.op, ast.Div):
        part = module.literal_text(place.right)
        if part is None:
            return None
        parts.append(part)
        place = place.left
    if isinstance(place, ast.Call) and use.where.scope.name_of(place.func) in _PATHS and len(place.args) == 1:
        place = place.args[0]
    first = module.literal_text(place)
    return str(PurePosixPath(first, *reversed(parts))) if first is not None else None
