"""The files of a folder, each read once: into a copy, or for their digests alone."""

import os
from collections.abc import Callable, Iterator

from msgspec import Struct

from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.file_tree.budget import Budget
from aetherflow.core.bundles.file_tree.faults import cannot_be_written
from aetherflow.core.bundles.file_tree.links import follow_links
from aetherflow.core.bundles.folders.opened import OpenedFolder
from aetherflow.core.bundles.folders.scan import Scan, Stamp, cannot_be_read, changed, scan_folder, stamp_of
from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.bundles.private_tree import PrivateTree
from aetherflow.core.plugins.digests import ALGORITHM

_PIECE_BYTES = 256 * 1024
Pieces = Iterator[bytes]


class FolderReading(Struct, frozen=True):
    """What a folder comes to as a bundle, and the links in it that lead to nothing."""

    listing: BundleListing
    dangling: tuple[str, ...]


def read_folder(folder: OpenedFolder, budget: Budget, deadline: Deadline) -> FolderReading:
    """Fingerprint a folder without copying it; raises SourceFault."""
    return _reading(folder, scan_folder(folder, budget, deadline), budget, deadline, _drop)


def copy_folder(folder: OpenedFolder, into: PrivateTree, budget: Budget, deadline: Deadline) -> FolderReading:
    """Copy what is in a folder, as it is at one moment: raises SourceFault where it changes meanwhile."""

    def write(path: str, pieces: Pieces, is_executable: bool) -> None:
        into.write_file(path, pieces, is_executable=is_executable)

    scan = scan_folder(folder, budget, deadline)
    try:
        for path in scan.empty_folders:
            into.make_folder(path)
        reading = _reading(folder, scan, budget, deadline, write)
    except OSError as error:  # what cannot be read has become a fault already
        raise cannot_be_written(error) from None
    _require_same(scan, scan_folder(folder, Budget(budget.limits), deadline))
    return reading


def _reading(
    folder: OpenedFolder,
    scan: Scan,
    budget: Budget,
    deadline: Deadline,
    write: Callable[[str, Pieces, bool], None],
) -> FolderReading:
    followed = follow_links(scan.files, scan.links, budget.limits.most_entries, deadline.check, scan.empty_folders)
    for path, file in followed.copies.items():
        budget.add_file(path, scan.files[file].size)
    digests: dict[str, str] = {}
    executable: set[str] = set()
    for path, file in sorted(({path: path for path in scan.files} | followed.copies).items()):
        stamp = scan.files[file]
        content = _Content(folder, file, stamp, deadline)
        write(path, content.pieces(), stamp.is_executable)
        digests[path] = content.digest
        if stamp.is_executable:
            executable.add(path)
    listing = BundleListing(files=digests, executable=frozenset(executable), empty_folders=scan.empty_folders)
    return FolderReading(listing, followed.dangling)


class _Content:
    """The content of one file, which must be the one that was seen before; its digest is there once it was read."""

    def __init__(self, folder: OpenedFolder, path: str, stamp: Stamp, deadline: Deadline) -> None:
        self._folder = folder
        self._path = path
        self._stamp = stamp
        self._deadline = deadline
        self.digest = ""

    def pieces(self) -> Pieces:
        """Read it piece by piece; raises SourceFault where it cannot be read, or is changed meanwhile."""
        import hashlib  # deferred: 3 ms, and commands without a bundle import this too

        hashed = hashlib.new(ALGORITHM)
        size = 0
        for piece in self._read():
            hashed.update(piece)
            size += len(piece)
            if size > self._stamp.size:  # not only at the end: who goes on writing would fill the disk
                raise changed(self._path)
            yield piece
        if size != self._stamp.size:
            raise changed(self._path)
        self.digest = f"{ALGORITHM}:{hashed.hexdigest()}"

    def _read(self) -> Pieces:
        try:
            with self._folder.file(self._path) as file:
                self._require_same(file.fileno())
                while piece := file.read(_PIECE_BYTES):
                    self._deadline.check()
                    yield piece
                self._require_same(file.fileno())
        except OSError as error:
            raise cannot_be_read(self._path, error) from None

    def _require_same(self, descriptor: int) -> None:
        if stamp_of(os.fstat(descriptor)) != self._stamp:
            raise changed(self._path)


def _drop(path: str, pieces: Pieces, is_executable: bool) -> None:
    for _ in pieces:
        pass


def _require_same(before: Scan, after: Scan) -> None:
    """Compare what was copied with what is there now, so that a copy is of one moment and not of several."""
    for was, now in ((before.files, after.files), (before.links, after.links)):
        if differing := sorted(path for path in {*was, *now} if was.get(path) != now.get(path)):
            raise changed(differing[0])
    if folders := sorted(before.empty_folders ^ after.empty_folders):
        raise changed(folders[0])
