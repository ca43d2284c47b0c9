"""Where each file goes: below a folder, under a name that no other file of the step has."""

import unicodedata
from collections.abc import Mapping, Sequence

from msgspec import Struct

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.names import joined, path_problem


class Way(Struct, frozen=True, kw_only=True):
    """How the paths of files become paths elsewhere."""

    folder: str = ""  # where they go
    below: str = ""  # the folder whose inner folders are kept
    flatten: bool = False
    name: str | None = None


def targets_of(paths: Sequence[str], way: Way) -> list[str]:
    """Give the path that each file goes to; StepFailed where two would meet, on any system, or one is none."""
    if way.name is not None and len(paths) > 1:
        raise StepFailed(f"`name` names one file, but {len(paths)} fit", hint="leave `name` away")
    targets = [joined(way.folder, _inner(path, way)) for path in paths]
    for target in targets:
        if problem := path_problem(target):
            raise StepFailed(f"{target!r} is no path for a file: {problem}")
    _refuse_meetings(paths, targets)
    return targets


def _inner(path: str, way: Way) -> str:
    if way.name is not None:
        return way.name
    if way.flatten:
        return path.rpartition("/")[2]
    return path.removeprefix(f"{way.below}/") if way.below else path


def _refuse_meetings(paths: Sequence[str], targets: Sequence[str]) -> None:
    """Refuse two files under one name, and names that differ by case only: not every system tells them apart."""
    seen: dict[str, str] = {}
    for path, target in zip(paths, targets, strict=True):
        key = _as_any_system_sees(target)
        if (other := seen.setdefault(key, path)) != path:
            raise StepFailed(
                f'"{other}" and "{path}" would both be written as "{target}", which not every system tells apart',
                hint="choose one of them by `pattern` or `files`, or leave `flatten` away",
            )
    for path, target in zip(paths, targets, strict=True):
        if file := _in_the_way(_as_any_system_sees(target), seen):
            raise StepFailed(
                f'"{file}" would be a file where "{path}" needs a folder',
                hint="choose one of them by `pattern` or `files`, or write `flatten: true`",
            )


def _in_the_way(target: str, seen: Mapping[str, str]) -> str | None:
    """Give the path of a file that would stand in the place of a folder above a target."""
    ends = (end for end, letter in enumerate(target) if letter == "/")
    return next((seen[target[:end]] for end in ends if target[:end] in seen), None)


def _as_any_system_sees(target: str) -> str:
    return unicodedata.normalize("NFC", target).casefold()
