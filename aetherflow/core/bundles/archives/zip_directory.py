"""The directory at the end of a zip file, walked before `zipfile` reads it.

`zipfile` takes the whole directory into memory, believes what stands before or after an archive to be no concern, and
cuts names at a NUL. Here is found out, in little memory, what it would read, and whether it may.
"""

import struct
from typing import BinaryIO

from msgspec import Struct

from aetherflow.core.bundles.archives.budget import Budget, too_many_entries
from aetherflow.core.bundles.archives.member import damaged, surrounded
from aetherflow.core.bundles.file_tree.faults import SourceFault

END_MAGIC = b"PK\x05\x06"
_LARGEST_COMMENT = 0xFFFF
#: Names, extra fields and comments together; 50,000 names of 1,000 bytes are less.
_LARGEST_DIRECTORY = 64 * 1024**2

# Disk, first disk of the directory, entries here and in all; size and offset of the directory; length of the comment.
_END = struct.Struct("<4s4H2LH")
_LOCATOR_64 = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s24x3H12x")  # signature; lengths of name, extra field and comment


class Directory(Struct, frozen=True):
    """Where the directory begins, which is where the content ends, and the names in it, as bytes."""

    start: int
    names: tuple[bytes, ...]


class _End(Struct, frozen=True):
    """What the end of a zip file says of its directory. ``begins`` is where that end itself begins."""

    begins: int
    count: int
    size: int
    offset: int


def read_directory(file: BinaryIO, budget: Budget) -> Directory:
    """Walk the directory; raises SourceFault where the file is not one archive from its first byte to its last."""
    end = _read_end(file)
    if end.count > budget.most_entries:
        raise too_many_entries(budget.most_entries)
    if end.size > _LARGEST_DIRECTORY:
        raise damaged(f"its table of contents is said to have {end.size:,} bytes")
    start = end.begins - end.size
    if start < 0:
        raise damaged("its table of contents is cut off")
    if start != end.offset:
        raise surrounded("it stands behind other data, or a part of it is missing")
    file.seek(start)
    return Directory(start, _walk(file, end, budget))


def has_end(file: BinaryIO) -> bool:
    """Tell whether a file ends as a zip file does, whatever it begins with."""
    return END_MAGIC in _tail(file)[1]


def _walk(file: BinaryIO, end: _End, budget: Budget) -> tuple[bytes, ...]:
    names: list[bytes] = []
    read = 0
    while read < end.size:
        entry = file.read(_ENTRY.size)
        if len(entry) < _ENTRY.size or not entry.startswith(b"PK\x01\x02"):
            raise damaged("its table of contents is cut off")
        _, name_length, extra_length, comment_length = _ENTRY.unpack(entry)
        names.append(file.read(name_length))
        file.seek(extra_length + comment_length, 1)
        read += _ENTRY.size + name_length + extra_length + comment_length
        if len(names) > budget.most_entries:
            raise too_many_entries(budget.most_entries)
        budget.check_time()
    if read != end.size or len(names) != end.count:
        raise damaged("its table of contents does not have the entries that it should")
    return tuple(names)


def _read_end(file: BinaryIO) -> _End:
    tail_begins, tail = _tail(file)
    at = tail.rfind(END_MAGIC)
    if at < 0 or len(tail) - at < _END.size:
        raise damaged("its end is missing")
    _, disk, first_disk, count_here, count, size, offset, comment_length = _END.unpack_from(tail, at)
    if at + _END.size + comment_length != len(tail):
        raise surrounded("other data stands behind it, or its end is missing")
    if _read_end_64 := _end_64(file, tail_begins + at):
        return _read_end_64
    if disk or first_disk or count_here != count:
        raise _in_volumes()
    return _End(tail_begins + at, count, size, offset)


def _end_64(file: BinaryIO, end: int) -> _End | None:
    """Read the end of archives whose numbers are too large for the plain one; it stands right before that."""
    begins = end - _LOCATOR_64.size - _END_64.size
    if begins < 0:
        return None
    file.seek(begins)
    record = file.read(_END_64.size)
    locator = file.read(_LOCATOR_64.size)
    if not locator.startswith(b"PK\x06\x07"):
        return None
    _, _, stated_begin, disks = _LOCATOR_64.unpack(locator)
    if disks > 1:
        raise _in_volumes()
    if stated_begin != begins or not record.startswith(b"PK\x06\x06"):
        raise surrounded("it stands behind other data, or a part of it is missing")
    _, _, _, _, disk, first_disk, count_here, count, size, offset = _END_64.unpack(record)
    if disk or first_disk or count_here != count:
        raise _in_volumes()
    return _End(begins, count, size, offset)


def _tail(file: BinaryIO) -> tuple[int, bytes]:
    """Give the last bytes of a file, among which its end is, and where they begin."""
    begins = max(0, file.seek(0, 2) - _LARGEST_COMMENT - _END.size)
    file.seek(begins)
    return begins, file.read()


def _in_volumes() -> SourceFault:
    return SourceFault("AF-B154", "it is one of several volumes, which are not read", "make one archive of them")
