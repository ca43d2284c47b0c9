"""Unpacks an archive below a folder, or says why not."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from aetherflow.core.bundles.archives.budget import Budget
from aetherflow.core.bundles.archives.member import Member
from aetherflow.core.bundles.archives.member_names import MemberNames
from aetherflow.core.bundles.archives.recognition import Form, recognise
from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.file_tree.faults import SourceFault, cannot_be_written
from aetherflow.core.bundles.private_tree import PrivateTree
from aetherflow.core.bundles.values import Limits


class Extracted(Struct, frozen=True, kw_only=True):
    """What was unpacked, from what form of archive."""

    form: str
    file_count: int


#: Takes a member and its path below the folder, None for the folder itself.
_Take = Callable[[Member, str | None], None]


def extract(file: BinaryIO, into: Path, limits: Limits, deadline: Deadline) -> Extracted:
    """Unpack an archive into an empty folder. Raises SourceFault, or TimeIsUp.

    The archive is read twice, and must not change meanwhile: nothing is written before all of it was found good.
    """
    form = recognise(file)
    packed_bytes = file.seek(0, 2)

    def read(take: _Take) -> int:
        return _read(form, file, Budget(limits, packed_bytes, deadline), take)

    file_count = read(_look_at)
    if not file_count:
        raise SourceFault("AF-B155", "there is no file in it", "put the bundle's files into the archive")
    try:
        with PrivateTree(into) as tree:
            read(lambda member, path: _write(tree, member, path))
    except OSError as error:
        raise cannot_be_written(error) from error
    return Extracted(form=form.name, file_count=file_count)


def _read(form: Form, file: BinaryIO, budget: Budget, take: _Take) -> int:
    names = MemberNames(budget.most_entries)
    for member in form.members(file, budget):
        take(member, names.take(member.name, is_folder=member.is_folder))
    return names.file_count


def _look_at(member: Member, path: str | None) -> None:
    for _ in member.pieces:
        pass


def _write(tree: PrivateTree, member: Member, path: str | None) -> None:
    if path is None:
        return
    if member.is_folder:
        tree.make_folder(path)
    else:
        tree.write_file(path, member.pieces, is_executable=member.is_executable)
