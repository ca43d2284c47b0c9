"""The calls by which code reads and writes files."""

import ast
from collections.abc import Iterator, Mapping
from typing import Literal

from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.seen_uses import Seen, is_alias
from aetherflow.core.plugins.doctor.spelled import Spelled
from aetherflow.core.plugins.doctor.words import words
from aetherflow.core.plugins.doctor.written_paths import PATHS, folder_of, is_given, path_of

Access = Literal["read", "write", "unknown"]
#: What is done, and the expression that says where; None where the call does not say.
_Done = tuple[Access, ast.expr | None]

#: Functions that open a file, with the number of the argument that says how.
_OPENING = {
    **dict.fromkeys(("builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "io.FileIO"), 1),
    **dict.fromkeys(("zipfile.ZipFile", "tarfile.open", "gzip.GzipFile", "bz2.BZ2File", "lzma.LZMAFile"), 1),
}
_READING_METHODS = frozenset({"read_text", "read_bytes", "iterdir", "glob", "rglob", "walk"})
_WRITING_METHODS = words("write_text write_bytes mkdir touch unlink rename replace rmdir symlink_to hardlink_to chmod")
_TWO_PATHS = frozenset({"rename", "replace"})
#: Methods that hardly anything but a path has.
_TELLING_METHODS: Mapping[str, Access] = {
    "?.read_text": "read",
    "?.read_bytes": "read",
    "?.write_text": "write",
    "?.write_bytes": "write",
}
#: Functions that read or write, with the numbers of the arguments that say where.
_CALLS: Mapping[str, tuple[tuple[Access, int], ...]] = {
    **dict.fromkeys(("os.listdir", "os.scandir", "os.walk", "glob.glob", "glob.iglob"), (("read", 0),)),
    **dict.fromkeys(("linecache.getlines", "fileinput.input", "os.readlink"), (("read", 0),)),
    **{f"os.{name}": (("write", 0),) for name in words("remove unlink mkdir makedirs rmdir removedirs truncate")},
    **{f"os.{name}": (("write", 0),) for name in words("chmod chown mkfifo mknod utime")},
    **{f"os.{name}": (("write", 0), ("write", 1)) for name in words("rename renames replace")},
    **{f"os.{name}": (("write", 1),) for name in words("link symlink")},
    **{f"shutil.{name}": (("read", 0), ("write", 1)) for name in words("copy copy2 copyfile copytree unpack_archive")},
    "shutil.move": (("write", 0), ("write", 1)),
    **dict.fromkeys(("shutil.rmtree", "shutil.make_archive", "sqlite3.connect", "shelve.open"), (("write", 0),)),
    **dict.fromkeys(("logging.FileHandler", "logging.handlers.RotatingFileHandler"), (("write", 0),)),
}
_WRITING_FLAGS = frozenset({"O_WRONLY", "O_RDWR", "O_CREAT", "O_APPEND", "O_TRUNC"})


def file_reaches(seen: Seen) -> Iterator[Reach]:
    """Say what a use does to files; what it does below the directories that `ctx` gives is every step's right."""
    if seen.name.startswith("ctx."):
        return
    if seen.use.call is None:
        yield from _handed_on(seen)
        return
    for access, place in _done(seen, seen.use.call):
        if not is_given(seen, place):
            yield _reach(seen, access, path_of(seen, place))


def _reach(seen: Seen, access: Access, path: Spelled) -> Reach:
    detail = path.whole or (None if path.is_whole else folder_of(path))
    is_named = detail is not None and detail.startswith(("/", "~"))
    is_certain = access == "write" or (access == "read" and is_named)
    return Reach(
        resource="read" if access == "read" else "write",
        span=seen.span,
        detail=detail,
        is_open=detail is not None and not path.is_whole,
        is_certain=is_certain and not seen.name.startswith("?") and detail != ":memory:",
    )


def _handed_on(seen: Seen) -> Iterator[Reach]:
    """Take a function that is given to another one, as in `map(os.remove, paths)`."""
    done = [access for access, _ in _CALLS.get(seen.name, ())]
    if seen.use.how == "read" and done and not is_alias(seen.use):
        yield _reach(seen, "write" if "write" in done else "read", Spelled())


def _done(seen: Seen, call: ast.Call) -> Iterator[_Done]:
    if seen.name in _OPENING:
        yield _by_mode(seen, _OPENING[seen.name]), seen.argument(0, "file", "filename", "name")
    elif seen.name == "os.open":
        yield _by_flags(call), seen.argument(0, "path")
    elif seen.name in _CALLS:
        yield from ((access, seen.argument(position, "src", "path")) for access, position in _CALLS[seen.name])
    else:
        yield from _of_method(seen)


def _of_method(seen: Seen) -> Iterator[_Done]:
    owner, _, method = seen.name.rpartition(".")
    place = seen.use.node.value if isinstance(seen.use.node, ast.Attribute) else None
    if seen.name in _TELLING_METHODS:
        yield _TELLING_METHODS[seen.name], place
    if not any(owner.startswith((f"{path}()", f"{path}.")) for path in PATHS):
        return
    if method == "open":
        yield _by_mode(seen, 0), place
    elif method in _READING_METHODS:
        yield "read", place
    elif method in _WRITING_METHODS:
        yield "write", place
        if method in _TWO_PATHS:
            yield "write", seen.argument(0, "target")


def _by_mode(seen: Seen, position: int) -> Access:
    mode = seen.argument(position, "mode")
    if mode is None:
        return "read"
    text = seen.spelled(mode)
    letters = text.text.partition(":")[0].partition("|")[0]  # of an archive, what follows is how it is packed
    if set(letters) & set("wax+"):
        return "write"
    return "read" if text.is_whole else "unknown"


def _by_flags(call: ast.Call) -> Access:
    flags = {each.attr for node in call.args[1:2] for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    if flags & _WRITING_FLAGS:
        return "write"
    return "read" if flags == {"O_RDONLY"} else "unknown"
