"""Where each file goes: below a folder, under a name that no other file of the step has."""

import unicodedata
from collections.abc import Iterable, Sequence

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


def _refuse_meetings(paths: Iterable[str], targets: Iterable[str]) -> None:
    """Refuse two files under one name, and names that differ by case only: not every system tells them apart."""
    seen: dict[str, str] = {}
    for path, target in zip(paths, targets, strict=True):
        key = unicodedata.normalize("NFC", target).casefold()
        if (other := seen.setdefault(key, path)) != path:
            raise StepFailed(
                f'"{other}" and "{path}" would both be written as "{target}", which not every system tells apart',
                hint="choose one of them by `pattern` or `files`, or leave `flatten` away",
            )
