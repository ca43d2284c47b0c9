"""Whether anybody else can change a plugin: its files, its folders, and every folder that leads to it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from shlex import quote
from stat import S_ISVTX
from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span, start_of
from aetherflow.core.plugins.doctor.path_walk import way_to
from aetherflow.core.plugins.doctor.writers import other_writers, user_name
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.plugin_source import PluginSource

_ROOT_USER = 0
_NAMED = 5

Part = Literal["file", "folder", "ancestor"]
_WORDS: dict[Part, str] = {"file": "a file of", "folder": "a folder of", "ancestor": "which leads to"}


class _Place(Struct, frozen=True):
    """Something that decides what runs."""

    part: Part
    path: str
    status: os.stat_result


def file_trust_findings(source: PluginSource, *, mode: Mode, user_id: int) -> Iterator[Diagnostic]:
    """Say who can change the plugin but the user who runs it and root.

    Places of one part that the same others may change are one finding: most often it is a whole folder.
    """
    places = list(_places(source))
    writable: dict[tuple[Part, str], list[str]] = {}
    foreign: dict[tuple[Part, int], list[str]] = {}
    for place in places:
        if writers := _writers(place):
            writable.setdefault((place.part, writers), []).append(place.path)
        if place.status.st_uid not in (user_id, _ROOT_USER):
            foreign.setdefault((place.part, place.status.st_uid), []).append(place.path)
    for (part, who), paths in writable.items():
        yield _writable(source, part, who, paths)
    for (part, owner), paths in foreign.items():
        yield _foreign(source, part, owner, paths, mode)


def _places(source: PluginSource) -> Iterator[_Place]:
    files = {source.path_of(file.path) for file in source.files}
    folders = set() if source.form == "file" else {source.root, *_folders(source)}
    way = [place for path in (source.origin.path, source.root, *_single_file(source)) if path for place in way_to(path)]
    yield from _looked_at("ancestor", (path for path in dict.fromkeys(way) if path not in files | folders), links=True)
    yield from _looked_at("folder", sorted(folders))
    yield from _looked_at("file", sorted(files))


def _folders(source: PluginSource) -> Iterator[str]:
    for file in source.files:
        yield from (source.path_of(str(folder)) for folder in Path(file.path).parents if str(folder) != ".")


def _single_file(source: PluginSource) -> Iterator[str]:
    return (source.path_of(unit.file) for unit in source.units if source.form == "file")


def _looked_at(part: Part, paths: Iterable[str], *, links: bool = False) -> Iterator[_Place]:
    for path in paths:
        try:
            yield _Place(part, path, Path(path).stat(follow_symlinks=not links))
        except (OSError, ValueError):
            continue  # it is gone, or closed: reading the plugin says so


def _writers(place: _Place) -> str:
    """Name who else may write; in a folder with the sticky bit, as /tmp is, they can add names, and take none away.

    That is harmless above a plugin, whose own name stays whose it is, and not inside, where new modules are loaded.
    """
    if place.part == "ancestor" and place.status.st_mode & S_ISVTX:
        return ""
    return other_writers(place.status)


def _writable(source: PluginSource, part: Part, who: str, paths: list[str]) -> Diagnostic:
    preposition = "" if part == "file" else "to "
    letters = "o-w" if who == "everybody" else "g-w"
    return Diagnostic(
        code="AF-P410",
        message=f'{who} may write {preposition}"{paths[0]}", {_WORDS[part]} the plugin "{source.name}"',
        hint=f"`chmod {letters} {quote(paths[0])}`",
        notes=_others(paths),
        span=_span(part, paths[0]),
    )


def _foreign(source: PluginSource, part: Part, owner: int, paths: list[str], mode: Mode) -> Diagnostic:
    return Diagnostic(
        code="AF-P411",
        severity=Severity.ERROR if mode == "enterprise" else Severity.WARNING,
        message=f'"{paths[0]}", {_WORDS[part]} the plugin "{source.name}", belongs to "{user_name(owner)}": neither to '
        "the user who runs aetherflow nor to root",
        hint="install the plugin as the user who runs it, or as root, in a folder of theirs",
        notes=_others(paths),
        span=_span(part, paths[0]),
    )


def _others(paths: list[str]) -> tuple[str, ...]:
    """Name the further paths, as far as that helps."""
    others = paths[1 : _NAMED + 1]
    more = len(paths) - 1 - len(others)
    return tuple(f'so it is with "{path}"' for path in others) + ((f"and with {more:,} more",) if more else ())


def _span(part: Part, path: str) -> Span | None:
    return start_of(path) if part == "file" else None  # a folder has no lines
