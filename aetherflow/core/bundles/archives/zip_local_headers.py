"""What stands before each member of a zip file: it must say the same as the directory, and nothing may lie between.

`zipfile` goes by the directory, programs that read from front to back by these headers: of an archive in which the two
differ, who looks into it by one program sees other files than the ones that are unpacked here.
"""

import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import BinaryIO
from zipfile import ZipInfo

from aetherflow.core.bundles.archives.member import damaged, surrounded
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name

# Signature; flags, method; check sum and the two sizes; lengths of name and extra field.
_LOCAL = struct.Struct("<4s2x2H4x3L2H")
_IS_ENCRYPTED, _IS_TOLD_LATER = 0x1, 0x8  # the latter: check sum and sizes stand behind the content
_LONGEST_DESCRIPTOR = 24
_TOLD_IN_EXTRA = 0xFFFFFFFF  # a size of more than 4 GiB, or one that was not known


def check_local_headers(file: BinaryIO, infos: Sequence[ZipInfo], directory_start: int) -> None:
    """Hold the header of each member against its entry in the directory; raises SourceFault."""
    in_order = sorted(infos, key=lambda info: info.header_offset)
    spans = [(info.header_offset, _checked_end(file, info, directory_start)) for info in in_order]
    if spans and spans[0][0] != 0:
        raise surrounded("it stands behind other data, or a part of it is missing")
    for (_, end), (next_begin, _) in pairwise([*spans, (directory_start, directory_start)]):
        if end > next_begin:
            raise SourceFault(
                "AF-B163",
                "its members overlap: the same bytes are content of several",
                "content that is laid out like this is made to fill disks: look at who made the archive",
            )
        if next_begin - end > _LONGEST_DESCRIPTOR:
            raise surrounded("other data stands between its members")


def _checked_end(file: BinaryIO, info: ZipInfo, directory_start: int) -> int:
    """Give where the content of a member ends."""
    header = b""
    if info.header_offset < directory_start:
        file.seek(info.header_offset)
        header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise damaged("a member is not where its table of contents says")
    _, flags, method, crc, packed_size, size, name_length, extra_length = _LOCAL.unpack(header)
    sizes = ((packed_size, info.compress_size), (size, info.file_size), (crc, info.CRC))
    is_same = flags & _IS_TOLD_LATER or all(here in (there, _TOLD_IN_EXTRA) for here, there in sizes)
    if not is_same or method != info.compress_type or flags & _IS_ENCRYPTED:
        raise damaged(f"its table of contents and its member {shown_name(info.filename)} contradict each other")
    content_begin: int = info.header_offset + _LOCAL.size + name_length + extra_length
    return content_begin + info.compress_size
