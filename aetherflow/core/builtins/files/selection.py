"""Which files of a resource a step is about: what a server lists, as far as its names may be trusted."""

import time
from collections.abc import Container, Iterator

from msgspec import Struct

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.inputs import Chosen, given_files
from aetherflow.core.builtins.files.names import LONGEST_PATH, inner_folder, is_part, joined, name_problem
from aetherflow.core.builtins.files.patterns import Pattern
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.store import Entry

#: A server that makes up folders and files without end is left here.
_MOST_ENTRIES = 1_000_000
_DEEPEST = 100
_MOST_WARNINGS = 10


class Selection(Struct, frozen=True):
    """The files that fit, in order of path; and what was seen and is no file that can be had."""

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...] = ()  # links, devices
    absent: tuple[str, ...] = ()  # of those that were named
    not_entered: tuple[str, ...] = ()  # folders, of names that none here may have


def selected(ctx: StepContext, crew: Crew, side: Side, chosen: Chosen) -> Selection:
    """Ask a resource for the files that fit; a warning tells of each thing that is passed over, up to ten of a sort."""
    chosen.refuse_both()
    found = crew.ask(side, lambda hand: _select(side, hand, chosen))
    for path in found.left_out[:_MOST_WARNINGS]:
        ctx.log.warning(f'resource "{side.name}": {path!r} is a link or a device, and left out')
    for path in found.not_entered[:_MOST_WARNINGS]:
        ctx.log.warning(f'resource "{side.name}": the folder {path!r} is not entered: none here may be called so')
    return found


def _select(side: Side, hand: Hand, chosen: Chosen) -> Selection:
    if chosen.files is not None:
        return _named(side, hand, chosen)
    folder = inner_folder(chosen.folder, "folder")
    look = _Look(side, hand, folder, Pattern(chosen.pattern, recursive=chosen.recursive))
    latest = time.time() - chosen.min_age_seconds
    found = sorted((entry for entry in look.files() if _fits(entry, chosen, latest)), key=lambda entry: entry.path)
    return Selection(tuple(found), tuple(look.left_out), not_entered=tuple(look.not_entered))


def asked(hand: Hand, side: Side, path: str) -> Entry | None:
    """Ask for one entry."""
    store = hand.store(side)
    hand.begin(side, f'looking for "{path}"')
    with side.told(hand.doing):
        return store.entry(path)


def _named(side: Side, hand: Hand, chosen: Chosen) -> Selection:
    latest = time.time() - chosen.min_age_seconds
    found: list[Entry] = []
    absent: list[str] = []
    for file in given_files(chosen.files or []):
        entry = asked(hand, side, file.path)
        if entry is None:
            absent.append(file.path)
        elif entry.kind != "file":
            raise side.failed(f'"{file.path}" is no file but a {entry.kind}', "name a file: links are not followed")
        elif _fits(entry, chosen, latest):
            found.append(entry)
    return Selection(tuple(found), absent=tuple(absent))


def _fits(entry: Entry, chosen: Chosen, latest: float) -> bool:
    if entry.size < chosen.min_bytes or (chosen.max_bytes is not None and entry.size > chosen.max_bytes):
        return False
    if not chosen.min_age_seconds:
        return True
    return entry.modified is None or entry.modified <= latest


class _Look:
    """A walk through a folder: names that no file here may have are refused where they fit, and passed over else."""

    def __init__(self, side: Side, hand: Hand, folder: str, pattern: Pattern) -> None:
        self._side = side
        self._hand = hand
        self._folder = folder
        self._pattern = pattern
        self._seen = 0
        self.left_out: list[str] = []
        self.not_entered: list[str] = []

    def files(self) -> Iterator[Entry]:
        """Give the files that fit the pattern."""
        waiting = [self._folder]
        while waiting:
            folder = waiting.pop()
            for entry in self._entries(folder):
                name = entry.path[len(folder) + 1 :] if folder else entry.path
                if entry.kind == "folder":
                    if self._may_enter(entry, folder, name):
                        waiting.append(entry.path)
                elif self._is_wanted(entry, folder, name):
                    yield entry

    def _entries(self, folder: str) -> Iterator[Entry]:
        store = self._hand.store(self._side)
        self._hand.begin(self._side, f'listing "{folder or "."}"')
        with self._side.told(self._hand.doing):
            found = iter(store.entries(folder))
        names: set[tuple[str, bool]] = set()
        while (entry := self._next(found)) is not None:
            self._count(entry, names)
            yield entry

    def _next(self, found: Iterator[Entry]) -> Entry | None:
        with self._side.told(self._hand.doing):
            return next(found, None)

    def _count(self, entry: Entry, names: set[tuple[str, bool]]) -> None:
        self._hand.moved(0)
        self._seen += 1
        if self._seen > _MOST_ENTRIES:
            raise self._side.failed(f"it lists more than {_MOST_ENTRIES:,} entries", "choose a smaller folder")
        name = entry.path, entry.kind == "folder"  # a bucket may have an object and a folder of one name
        if name in names:
            raise self._side.failed(f"it lists {entry.path!r} twice")
        names.add(name)

    def _inner(self, folder: str, name: str) -> str:
        """Give the path in the folder that is looked at; a slash in a name does not make folders of it."""
        inner = folder[len(self._folder) + 1 :] if self._folder else folder
        return joined(inner, name.replace("/", "\N{DIVISION SLASH}"))

    def _may_enter(self, entry: Entry, folder: str, name: str) -> bool:
        if not self._pattern.may_lie_below(self._inner(folder, name)):
            return False
        if name_problem(name) or entry.path.count("/") > _DEEPEST or len(entry.path.encode()) > LONGEST_PATH:
            self.not_entered.append(entry.path)
            return False
        return True

    def _is_wanted(self, entry: Entry, folder: str, name: str) -> bool:
        if is_part(name) or not self._pattern.fits(self._inner(folder, name)):
            return False
        if problem := name_problem(name):
            said = f"it names a file {name!r}, which no file here may be called: {problem}"
            raise self._side.failed(said, "rename it on the server, or choose a pattern that it does not fit")
        if entry.kind != "file":
            self.left_out.append(entry.path)
            return False
        return True


def refuse_absent(side: Side, selection: Selection, done: Container[str] = ()) -> None:
    """Raise StepFailed where a file that was named is not there, unless it was dealt with before."""
    absent = [path for path in selection.absent if path not in done]
    if absent:
        more = f", and {len(absent) - 1} more are missing" if len(absent) > 1 else ""
        raise StepFailed(f'resource "{side.name}": there is no file "{absent[0]}"{more}')
