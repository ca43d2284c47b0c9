"""Copies: files of one resource become files of another, or of the same one, by way of this machine's memory."""

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.manifest import Done
from aetherflow.core.builtins.files.moving import Delivery, deliver, read_whole
from aetherflow.core.builtins.files.selection import Selection, refuse_absent
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.targets import Way, targets_of
from aetherflow.core.builtins.files.transfer import (
    Item,
    Transfer,
    Transferred,
    is_left,
    remove_leftovers,
    source_is_same,
)


class Copy:
    """One step's copy; the threads of its crew call ``_move``."""

    def __init__(self, transfer: Transfer, source: Side, target: Side, if_exists: str, verify: str) -> None:
        self._transfer = transfer
        self._source = source
        self._target = target
        self._if_exists = if_exists
        self._is_read_back = verify == "sha256"

    def run(self, crew: Crew, found: Selection, way: Way) -> Transferred:
        """Copy what this step has not copied yet: nobody asks whether the target still has the rest."""
        remove_leftovers(crew, self._target, self._transfer.leftovers())
        targets = targets_of([entry.path for entry in found.entries], way)
        items = [Item(entry, target) for entry, target in zip(found.entries, targets, strict=True)]
        self._refuse_itself(items)
        asked_for = {item.target for item in items}
        kept = [record for record in self._transfer.recorded.values() if record.target not in asked_for]
        refuse_absent(self._source, found, {record.path for record in kept})
        sides = [self._source, self._target]
        return self._transfer.run(sides, items, lambda done, item: source_is_same(done, item.source), self._move, kept)

    def _refuse_itself(self, items: list[Item]) -> None:
        if self._source.connector.place != self._target.connector.place:
            return
        for item in items:
            if item.target == item.source.path:
                raise StepFailed(
                    f'"{item.target}" would be copied onto itself',
                    hint="write another folder in `to`, or `to_resource`",
                )

    def _move(self, hand: Hand, item: Item) -> Done | None:
        source, target = item.source, item.target
        if is_left(hand, self._target, target, self._if_exists, is_own=self._transfer.is_own(target)):
            return None
        part = self._transfer.begin(target)
        delivery = Delivery(self._target, target, part, source.size, self._is_read_back)
        digest = deliver(hand, delivery, read_whole(hand, self._source, source), counts=False)
        return Done(target, source.path, source.size, digest, source.moment, source.stamp)
