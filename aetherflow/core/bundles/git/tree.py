"""What a commit has in it, read from `git ls-tree`: checked name by name before anything is written."""

from collections.abc import Iterator
from stat import S_IFLNK, S_IFMT, S_IFREG

from msgspec import Struct

from aetherflow.core.bundles.file_tree.budget import Budget
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.documents.inner_paths import UnsafePath, inner_path

_SUBMODULE = 0o160000
_EXECUTABLE = 0o100
_LONGEST_LINE_BYTES = 8192
_HINT = "look at who made the commit: git itself writes no such name"


class TreeFile(Struct, frozen=True):
    """A file or a link of a commit: its content is the object ``oid``."""

    oid: str
    size: int
    is_executable: bool


class CommitTree:
    """Takes the output of `git ls-tree -r -z --long` as it comes."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._pending = b""
        self._folders: set[str] = set()
        self._taken: set[str] = set()
        self.files: dict[str, TreeFile] = {}
        self.links: dict[str, TreeFile] = {}
        self.submodules: list[str] = []

    def take(self, data: bytes) -> None:
        """Take the next bytes; raises SourceFault for what no bundle has, or too much."""
        *lines, self._pending = (self._pending + data).split(b"\0")
        if len(self._pending) > _LONGEST_LINE_BYTES:
            raise SourceFault("AF-B180", "a name in it is far too long", _HINT)
        for line in lines:
            self._take_line(line)

    def _take_line(self, line: bytes) -> None:
        about, _, name = line.partition(b"\t")
        mode, _, oid, size = about.decode("ascii").split()
        path = self._path(name.decode("utf-8", "surrogateescape"))
        kind = S_IFMT(int(mode, 8))
        if kind == S_IFREG:
            self._budget.add_file(path, int(size))
            self.files[path] = TreeFile(oid, int(size), bool(int(mode, 8) & _EXECUTABLE))
            return
        self._budget.add_entry()
        if kind == S_IFLNK:
            self.links[path] = TreeFile(oid, int(size), False)
        elif kind == _SUBMODULE:
            self.submodules.append(path)
        else:
            raise SourceFault("AF-B180", f"{shown_name(path)} is neither a file nor a link (mode {mode})", _HINT)

    def _path(self, name: str) -> str:
        """Check a name and that it is new; what is a file cannot be a folder as well."""
        if problem := _problem_of(name):
            raise SourceFault("AF-B180", f"{shown_name(name)} cannot be a file of a bundle: {problem}", _HINT)
        above = list(_folders_above(name))
        if name in self._taken or name in self._folders or any(folder in self._taken for folder in above):
            raise SourceFault("AF-B180", f"{shown_name(name)} is in it twice, or is a file and a folder at once", _HINT)
        self._folders.update(above)
        self._taken.add(name)
        return name


def _folders_above(path: str) -> Iterator[str]:
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


def _problem_of(name: str) -> str | None:
    if any(part.casefold() == ".git" for part in name.split("/")):
        return 'a folder ".git" is a repository of its own'
    try:
        name.encode("utf-8")
        inner_path(name)
    except UnicodeEncodeError:
        return "it is not UTF-8"
    except UnsafePath as unsafe:
        return str(unsafe)
    return None
