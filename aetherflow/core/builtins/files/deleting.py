"""Deletes files: what shall go is written down first, so that a later attempt deletes nothing else."""

from typing import Any

from msgspec import Struct

from aetherflow.core.api import StepContext
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.inputs import Chosen, given_files
from aetherflow.core.builtins.files.manifest import Manifest, Planned, Removed, Settled
from aetherflow.core.builtins.files.outputs import MOST_LISTED
from aetherflow.core.builtins.files.selection import asked, selected
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.store import Entry


class Deleted(Struct, frozen=True):
    """What became of each file that was to be deleted."""

    planned: list[Planned]
    removed: dict[str, Removed]


class Deletion:
    """One step's deletion; the threads of its crew call ``_remove``."""

    def __init__(self, ctx: StepContext, side: Side, manifest: Manifest, crew: Crew) -> None:
        self._ctx = ctx
        self._side = side
        self._manifest = manifest
        self._crew = crew

    def run(self, chosen: Chosen) -> Deleted:
        """Delete what is planned and was not dealt with before."""
        planned = self._manifest.known(Planned)
        if not self._manifest.known(Settled):
            planned = self._plan(chosen)
            self._manifest.add(*planned, Settled())
        removed = {line.path: line for line in self._manifest.known(Removed)}
        pending = [plan for plan in planned if plan.path not in removed]
        done = self._crew.work([self._side], pending, self._remove, self._teller(len(pending)))
        return Deleted(planned, removed | {line.path: line for line in done})

    def _plan(self, chosen: Chosen) -> list[Planned]:
        found = selected(self._ctx, self._crew, self._side, chosen)
        known = {file.path: file for file in given_files(chosen.files or [])}
        plan = [_planned(entry) for entry in found.entries]
        plan += [Planned(path, -1) for path in found.absent]
        # As another step has seen it, where that is known.
        return [
            Planned(each.path, file.size, file.modified)
            if (file := known.get(each.path)) is not None and file.size is not None
            else each
            for each in plan
        ]

    def _remove(self, hand: Hand, plan: Planned) -> Removed:
        line = Removed(plan.path, *self._removal(hand, plan))
        self._manifest.add(line)
        return line

    def _removal(self, hand: Hand, plan: Planned) -> tuple[bool, bool]:
        """Remove a file; gives whether it was there, and whether it was another one, and left."""
        entry = asked(hand, self._side, plan.path)
        if entry is None:
            return False, False
        if entry.size != plan.size or (plan.modified and entry.moment and entry.moment != plan.modified):
            return True, True
        store = hand.store(self._side)
        hand.begin(self._side, f'deleting "{plan.path}"')
        with self._side.told(hand.doing):
            return store.remove(plan.path), False

    def _teller(self, total: int) -> Any:
        return lambda done, _bytes: self._ctx.progress(done, total, "files")


def _planned(entry: Entry) -> Planned:
    return Planned(entry.path, entry.size, entry.moment)


def deletion_outputs(deleted: Deleted, manifest: str) -> dict[str, Any]:
    """Give the outputs of the step."""
    by_path = {plan.path: plan for plan in deleted.planned}
    ended = [deleted.removed[path] for path in sorted(by_path)]
    gone = [line.path for line in ended if not line.was_there]
    changed = [line.path for line in ended if line.is_left]
    files = [by_path[line.path] for line in ended if line.was_there and not line.is_left]
    return {
        "files": [{"path": each.path, "size": each.size, "modified": each.modified} for each in files[:MOST_LISTED]],
        "count": len(files),
        "bytes": sum(each.size for each in files),
        "gone": gone[:MOST_LISTED],
        "changed": changed[:MOST_LISTED],
        "manifest": manifest,
    }
