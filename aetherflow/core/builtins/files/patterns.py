"""Which files a pattern means: as in a shell, so that `*` stays within one name and passes over hidden ones."""

import re
from collections.abc import Callable
from fnmatch import translate
from functools import cache

from aetherflow.core.api import StepFailed

_ANY_FOLDERS = "**"
_MOST_ANY_FOLDERS = 3


class Pattern:
    """A pattern below a folder: one without a slash is about names, at any depth that is looked at."""

    def __init__(self, text: str, *, recursive: bool) -> None:
        parts = text.split("/")
        if "" in parts or text.startswith("/") or ".." in parts:
            raise StepFailed(f"`pattern`: {text!r} is no pattern: write it as `*.csv` or `2026-*/**/*.csv`")
        if parts.count(_ANY_FOLDERS) > _MOST_ANY_FOLDERS:
            raise StepFailed(f"`pattern`: {text!r} has more than {_MOST_ANY_FOLDERS} `**` in it")
        self._is_of_names = len(parts) == 1 and parts[0] != _ANY_FOLDERS
        if self._is_of_names and recursive:
            parts = [_ANY_FOLDERS, *parts]
        elif parts[-1] == _ANY_FOLDERS:
            parts.append("*")
        self._parts = tuple(None if part == _ANY_FOLDERS else _name_test(part) for part in parts)

    def fits(self, path: str) -> bool:
        """Tell whether a file fits, by its path relative to the folder."""
        return self._match(tuple(path.split("/")), is_file=True)

    def may_lie_below(self, folder: str) -> bool:
        """Tell whether a file that fits may lie below a folder inside: else it need not be listed."""
        return self._match(tuple(folder.split("/")), is_file=False)

    def _match(self, names: tuple[str, ...], *, is_file: bool) -> bool:
        """Match by the set of places in the pattern that are still possible: no pattern takes long."""
        places = self._widened({0})
        for name in names:
            places = self._widened({following for place in places for following in self._after(place, name)})
        return len(self._parts) in places if is_file else any(place < len(self._parts) for place in places)

    def _after(self, place: int, name: str) -> set[int]:
        if place == len(self._parts):
            return set()
        test = self._parts[place]
        if test is None:
            return set() if name.startswith(".") else {place}
        return {place + 1} if test(name) else set()

    def _widened(self, places: set[int]) -> set[int]:
        """Add the places that are reached by letting `**` stand for no folder at all."""
        for place in sorted(places):
            following = place
            while following < len(self._parts) and self._parts[following] is None:
                following += 1
                places.add(following)
        return places


def _name_test(part: str) -> Callable[[str], bool]:
    pattern = _compiled(part)
    may_be_hidden = part.startswith(".")
    return lambda name: (may_be_hidden or not name.startswith(".")) and pattern.match(name) is not None


@cache
def _compiled(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))
