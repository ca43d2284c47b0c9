"""Uploads: files of this machine become files of a resource."""

from collections.abc import Sequence

from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.local_files import LocalFile, chunks_of
from aetherflow.core.builtins.files.manifest import Done
from aetherflow.core.builtins.files.moving import Delivery, deliver
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.store import Entry
from aetherflow.core.builtins.files.targets import Way, targets_of
from aetherflow.core.builtins.files.transfer import Item, Transfer, Transferred, is_left, remove_leftovers


class Upload:
    """One step's upload; the threads of its crew call ``_move``."""

    def __init__(self, transfer: Transfer, side: Side, if_exists: str, verify: str) -> None:
        self._transfer = transfer
        self._side = side
        self._if_exists = if_exists
        self._is_read_back = verify == "sha256"
        self._files: dict[str, LocalFile] = {}

    def run(self, crew: Crew, files: Sequence[LocalFile], way: Way) -> Transferred:
        """Upload what this step has not uploaded yet: nobody asks whether the server still has the rest."""
        remove_leftovers(crew, self._side, self._transfer.leftovers())
        targets = targets_of([file.inner for file in files], way)
        self._files = dict(zip(targets, files, strict=True))
        items = [Item(_as_entry(file), target) for target, file in self._files.items()]
        return self._transfer.run([self._side], items, self._is_intact, self._move)

    def _is_intact(self, record: Done, item: Item) -> bool:
        file = self._files[item.target]
        return (record.path, record.size, record.local_mtime_ns) == (str(file.path), file.size, file.mtime_ns)

    def _move(self, hand: Hand, item: Item) -> Done | None:
        file, target = self._files[item.target], item.target
        if is_left(hand, self._side, target, self._if_exists, is_own=self._transfer.is_own(target)):
            return None
        part = self._transfer.begin(target)
        delivery = Delivery(self._side, target, part, file.size, self._is_read_back)
        digest = deliver(hand, delivery, chunks_of(hand, file), counts=True)
        return Done(target, str(file.path), file.size, digest, item.source.moment, local_mtime_ns=file.mtime_ns)


def _as_entry(file: LocalFile) -> Entry:
    return Entry(path=file.inner, kind="file", size=file.size, modified=file.mtime_ns / 1e9)
