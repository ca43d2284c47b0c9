"""The names in an archive: each stays below the folder, and no two get in each other's way on any system."""

import re
import unicodedata

from aetherflow.core.api import StepFailed

_LONGEST_NAME_BYTES = 1024
_LONGEST_PART_BYTES = 255  # of a name in a folder, on nearly every file system
_LONGEST_SHOWN = 120
#: Names that mean a device on Windows, whatever follows the dot.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?: *\..*)?", re.IGNORECASE)
_NOT_IN_NAMES = frozenset('<>:"|?*')


class MemberNames:
    """The names that were taken so far, with the folders that they imply."""

    def __init__(self) -> None:
        self._folders: set[str] = set()
        self._files: set[str] = set()
        self._spellings: dict[str, str] = {}

    def take(self, name: str, *, is_folder: bool) -> str:
        """Give the path of a member below the folder; StepFailed where it may not be unpacked."""
        path = name.rstrip("/") if is_folder else name
        if problem := _problem(path):
            raise StepFailed(
                f"its member {shown(name)} is not unpacked: {problem}",
                hint='make the archive anew from inside its folder, with relative names and "/" between their parts',
            )
        for end in (index for index, letter in enumerate(path) if letter == "/"):
            self._add(path[:end], is_folder=True)
        self._add(path, is_folder=is_folder)
        return path

    def _add(self, path: str, *, is_folder: bool) -> None:
        if is_folder and path in self._folders:
            return  # a folder may be named again: it is one and the same
        other = self._spellings.setdefault(_as_any_system_sees(path), path)
        if other != path:
            raise _in_the_way(f"its members {shown(other)} and {shown(path)} have one name where case does not count")
        if path in self._files or path in self._folders:
            is_twice = path in self._files and not is_folder
            problem = "is in it twice" if is_twice else "is a file and a folder at once"
            raise _in_the_way(f"its member {shown(path)} {problem}")
        (self._folders if is_folder else self._files).add(path)


def shown(name: str) -> str:
    """Write a name in quotes; whoever chose it has no say in what a terminal does."""
    visible = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in name[: _LONGEST_SHOWN + 1])
    return f'"{visible[:_LONGEST_SHOWN]}…"' if len(visible) > _LONGEST_SHOWN else f'"{visible}"'


def _problem(path: str) -> str | None:
    if len(path.encode("utf-8", "surrogatepass")) > _LONGEST_NAME_BYTES:
        return f"it is longer than {_LONGEST_NAME_BYTES} bytes"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in path):
        return "it has control characters in it"
    if path.startswith("/") or path[1:2] == ":" or "\\" in path:
        return "it is absolute, or of another system"
    return next(filter(None, map(_problem_of_part, path.split("/"))), None)


def _problem_of_part(part: str) -> str | None:
    if part == "..":
        return 'it climbs out of the folder by ".."'
    if part in ("", "."):
        return 'it has an empty part, or "."'
    if len(part.encode("utf-8")) > _LONGEST_PART_BYTES:
        return f"a part of it is longer than {_LONGEST_PART_BYTES} bytes"
    if _DEVICE.fullmatch(part) or part.endswith((".", " ")) or not _NOT_IN_NAMES.isdisjoint(part):
        return "it is no name of a file on every system"
    return None


def _as_any_system_sees(path: str) -> str:
    """Give what is equal for paths that some file system takes for one."""
    # Folding may bring about what can be decomposed again.
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def _in_the_way(what: str) -> StepFailed:
    return StepFailed(what, hint="make the archive anew with each name once")
