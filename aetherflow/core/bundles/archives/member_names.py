"""The names of an archive's members: each stays below the folder, and no two get in each other's way on any system."""

import unicodedata
from collections.abc import Iterator

from aetherflow.core.bundles.archives.budget import too_many_entries
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.documents.inner_paths import UnsafePath, inner_path

_LONGEST_PART_BYTES = 255  # of a name in a folder, on nearly every file system


class MemberNames:
    """The names that were taken so far, with the folders that they imply; each of them counts."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._folders: set[str] = set()
        self._files: set[str] = set()
        self._spellings: dict[str, str] = {}

    def take(self, name: str, *, is_folder: bool) -> str | None:
        """Give the path of a member below the folder, None for the folder itself; raises SourceFault.

        The ``./`` that ``tar`` writes before names is no part of them.
        """
        bare = _without_dots(name)
        if bare == "." and is_folder:
            return None
        path = _safe_path(name, bare)
        for folder in reversed(list(self._new_folders_above(path))):
            self._add(folder, is_folder=True)
        if path not in self._folders or not is_folder:  # a folder may be named again: it is one and the same
            self._add(path, is_folder=is_folder)
        return path

    @property
    def file_count(self) -> int:
        """How many files there are."""
        return len(self._files)

    def _new_folders_above(self, path: str) -> Iterator[str]:
        folder = path.rpartition("/")[0]
        while folder and folder not in self._folders:
            yield folder
            folder = folder.rpartition("/")[0]

    def _add(self, path: str, *, is_folder: bool) -> None:
        other = self._spellings.setdefault(_as_any_system_sees(path), path)
        if other != path:
            raise _in_each_others_way(path, other, "have one name where case or accents do not count")
        if path in self._files and not is_folder:
            raise _in_each_others_way(path, None, "is in it twice")
        if path in self._files or path in self._folders:
            raise _in_each_others_way(path, None, "is a file and a folder at once")
        (self._folders if is_folder else self._files).add(path)
        if len(self._folders) + len(self._files) > self._most:
            raise too_many_entries(self._most)


def utf_8_name(raw: bytes) -> str:
    """Give a name as text, whatever an archive says of its encoding: many hold UTF-8 and do not say so."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _unsafe(raw.decode("utf-8", "backslashreplace"), "it is not UTF-8") from None


def _safe_path(name: str, path: str) -> str:
    try:
        inner_path(path)
    except UnsafePath as unsafe:
        raise _unsafe(name, str(unsafe)) from None
    if any(len(part.encode("utf-8")) > _LONGEST_PART_BYTES for part in path.split("/")):
        raise _unsafe(name, f"a part of it is longer than {_LONGEST_PART_BYTES} bytes")
    return path


def _without_dots(name: str) -> str:
    start = 0
    while name.startswith("./", start):
        start += 2
    return name[start:]


def _as_any_system_sees(path: str) -> str:
    """Give what is equal for paths that some file system takes for one."""
    if path.isascii():
        return path.lower()
    # Folding may bring about what can be decomposed again.
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def _unsafe(name: str, reason: str) -> SourceFault:
    return SourceFault(
        "AF-B156",
        f"its member {shown_name(name)} cannot be unpacked: {reason}",
        'make the archive anew from inside its folder, with relative names, "/" between their parts, in UTF-8',
    )


def _in_each_others_way(path: str, other: str | None, problem: str) -> SourceFault:
    names = f"its members {shown_name(other)} and {shown_name(path)}" if other else f"its member {shown_name(path)}"
    return SourceFault("AF-B159", f"{names} {problem}", "make the archive anew with each name once")
