"""Downloads: files of a resource become files of the job's directory."""

import os
from contextlib import closing
from pathlib import Path

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.manifest import Done
from aetherflow.core.builtins.files.moving import read_whole
from aetherflow.core.builtins.files.names import is_part
from aetherflow.core.builtins.files.selection import Selection, refuse_absent
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.targets import Way, targets_of
from aetherflow.core.builtins.files.transfer import Item, Transfer, Transferred, source_is_same
from aetherflow.core.builtins.output_file import output_file, output_path


class Download:
    """One step's download; the threads of its crew call ``_move``."""

    def __init__(self, transfer: Transfer, side: Side, to: str, if_exists: str) -> None:
        self._transfer = transfer
        self._side = side
        self._to = to
        self._if_exists = if_exists
        self._ctx = transfer.ctx
        self.folder = output_path(self._ctx, f"{to}/_", "to").parent  # refused where it is outside of the job's

    def run(self, found: Selection, way: Way) -> Transferred:
        """Download what is not there yet, and take along what an earlier attempt has and the server no longer."""
        self._remove_leftovers()
        targets = targets_of([entry.path for entry in found.entries], way)
        items = [Item(entry, target) for entry, target in zip(found.entries, targets, strict=True)]
        gone = self._recorded_and_gone({item.target for item in items})
        refuse_absent(self._side, found, {record.path for record in gone})
        return self._transfer.run([self._side], items, self._is_intact, self._move, gone)

    def _recorded_and_gone(self, targets: set[str]) -> list[Done]:
        recorded = self._transfer.recorded.values()
        return [record for record in recorded if record.target not in targets and self._is_whole(record)]

    def _is_intact(self, record: Done, item: Item) -> bool:
        return source_is_same(record, item.source) and self._is_whole(record)

    def _is_whole(self, record: Done) -> bool:
        try:
            status = os.lstat(self._path(record.target))
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) == (record.size, record.local_mtime_ns)

    def _move(self, hand: Hand, item: Item) -> Done | None:
        final = self._path(item.target)
        if self._if_exists != "replace" and os.path.lexists(final) and not self._transfer.is_own(item.target):
            if self._if_exists == "skip":
                return None
            raise StepFailed(f'there is a file "{final}" already', hint="write `if_exists: replace` or `skip`")
        part = self._transfer.begin(item.target)
        place = f"{self._to}/{item.target}"
        with output_file(self._ctx, place, "to", part) as file:
            with closing(read_whole(hand, self._side, item.source)) as chunks:
                for chunk in chunks:
                    file.write(chunk)
            hand.rest()  # what follows is this machine's disk
            hand.go_on()
        mtime_ns = os.lstat(final).st_mtime_ns
        source = item.source
        return Done(item.target, source.path, file.size_bytes, file.sha256, source.moment, source.stamp, mtime_ns)

    def _path(self, target: str) -> Path:
        return self.folder / target

    def _remove_leftovers(self) -> None:
        for path in self._transfer.leftovers():
            part = output_path(self._ctx, f"{self._to}/{path}", "to")
            if is_part(part.name):
                part.unlink(missing_ok=True)
