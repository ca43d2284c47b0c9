"""One step that transfers many files: what an earlier attempt has done stays done, the rest is done at once."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.api import StepContext
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.manifest import Begun, Done, Manifest
from aetherflow.core.builtins.files.names import is_part, joined, part_name_of
from aetherflow.core.builtins.files.selection import asked
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.store import Entry
from aetherflow.core.builtins.output_file import step_digest

#: Inputs by which the same files come out.
_HOW = ("parallel", "verify", "skip_when_empty")


class Item(Struct, frozen=True):
    """A file to transfer: as it was when the step looked, and where it goes."""

    source: Entry
    target: str


class Transferred(Struct, frozen=True):
    """What came of a step: all files that are where they shall be, and how many of them are new."""

    done: list[Done]
    new: int
    skipped: int


class Transfer:
    """What the threads of a transfer share."""

    def __init__(self, ctx: StepContext, manifest: Manifest, crew: Crew) -> None:
        self.ctx = ctx
        self.manifest = manifest
        self._crew = crew
        self._recorded = {done.target: done for done in manifest.known(Done)}
        self._begun = {begun.target for begun in manifest.known(Begun)}

    @property
    def recorded(self) -> dict[str, Done]:
        """What earlier attempts have done, by target."""
        return self._recorded

    def is_own(self, target: str) -> bool:
        """Tell a file that an earlier attempt of this step may have written."""
        return target in self._begun

    def leftovers(self) -> list[str]:
        """Give the paths of part files that an earlier attempt may have left."""
        parts: dict[str, list[str]] = {}
        for line in self.manifest.lines:
            if isinstance(line, Begun):
                folder = line.target.rpartition("/")[0]
                parts.setdefault(line.target, []).append(joined(folder, line.part))
            elif isinstance(line, Done):
                parts.pop(line.target, None)
        return [part for each in parts.values() for part in each if is_part(part)]

    def begin(self, target: str) -> str:
        """Note that a file is being written; gives the name of its part file."""
        part = part_name_of(target, step_digest(self.ctx, target), self.ctx.attempt)
        self.manifest.note(Begun(target, part))
        return part

    def run(
        self,
        sides: Sequence[Side],
        items: Sequence[Item],
        is_intact: Callable[[Done, Item], bool],
        move: Callable[[Hand, Item], Done | None],
        kept: Sequence[Done] = (),
    ) -> Transferred:
        """Transfer what is not done yet; ``move`` gives None for a file that it left as it was.

        ``kept`` was done before, though nobody asks for it any more.
        """
        done = {record.target: record for record in kept} | {
            item.target: record for item in items if (record := self._record_of(item, is_intact))
        }
        pending = [item for item in items if item.target not in done]
        moved = self._crew.work(sides, pending, self._recording(move), self._teller(pending))
        for record in filter(None, moved):
            done[record.target] = record
        ordered = sorted(done.values(), key=lambda record: record.path)
        return Transferred(ordered, sum(1 for each in moved if each), sum(1 for each in moved if not each))

    def _record_of(self, item: Item, is_intact: Callable[[Done, Item], bool]) -> Done | None:
        record = self._recorded.get(item.target)
        return record if record is not None and is_intact(record, item) else None

    def _recording(self, move: Callable[[Hand, Item], Done | None]) -> Callable[[Hand, Item], Done | None]:
        def recorded(hand: Hand, item: Item) -> Done | None:
            record = move(hand, item)
            if record is not None:
                self.manifest.add(record)
            return record

        return recorded

    def _teller(self, pending: Sequence[Item]) -> Callable[[int, int], None]:
        total = sum(item.source.size for item in pending)

        def tell(done: int, moved_bytes: int) -> None:
            message = f"bytes, {done} of {len(pending)} files"
            self.ctx.progress(min(moved_bytes, total), total, message)

        return tell


def identity_of(inputs: Any, *sides: Side) -> dict[str, Any]:
    """Give what a manifest is of: inputs that decide what is done, and where the resources lead."""
    values = {key: value for key, value in msgspec.to_builtins(inputs).items() if key not in _HOW}
    return {**values, "places": [side.connector.place for side in sides]}


def source_is_same(record: Done, source: Entry) -> bool:
    """Tell whether a file is still the one that was transferred."""
    if record.size != source.size or (record.stamp and source.stamp and record.stamp != source.stamp):
        return False
    return record.modified is None or source.modified is None or record.modified == source.moment


def remove_leftovers(crew: Crew, side: Side, paths: Sequence[str]) -> None:
    """Remove part files of an earlier attempt from a resource, as far as it allows that."""

    def remove(hand: Hand, path: str) -> None:
        store = hand.store(side)
        hand.begin(side, "removing what an earlier attempt has left")
        with side.told(hand.doing):
            store.remove(path)

    crew.work([side], list(paths), remove, lambda *_: None)


def is_left(hand: Hand, side: Side, target: str, if_exists: str, *, is_own: bool) -> bool:
    """Tell a file that is there and stays; StepFailed where none may be there, unless this step has written it."""
    if if_exists == "replace" or is_own or asked(hand, side, target) is None:
        return False
    if if_exists == "skip":
        return True
    raise side.failed(f'there is a file "{target}" already', "write `if_exists: replace` or `skip`, or another name")
