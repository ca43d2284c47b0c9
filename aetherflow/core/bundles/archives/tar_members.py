"""The members of a tar file."""

from collections.abc import Iterator
from tarfile import BLKTYPE, CHRTYPE, FIFOTYPE, GNUTYPE_SPARSE, LNKTYPE, SYMTYPE

from aetherflow.core.bundles.archives.budget import Budget
from aetherflow.core.bundles.archives.member import Member, check_kind, damaged, is_executable, link, strange_kind
from aetherflow.core.bundles.archives.member_names import utf_8_name
from aetherflow.core.bundles.archives.tar_headers import TarHeader, next_header
from aetherflow.core.bundles.archives.tar_stream import TarStream
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name

_STRANGE_KINDS = {
    CHRTYPE: "a device",
    BLKTYPE: "a device",
    FIFOTYPE: "a named pipe",
    GNUTYPE_SPARSE: "a file with holes in it",
}


def tar_members(stream: TarStream, budget: Budget) -> Iterator[Member]:
    """Give the members as they come; raises SourceFault."""
    while header := next_header(stream):
        name = utf_8_name(header.name.encode("utf-8", "surrogateescape"))
        yield from _member(stream, name, header, budget)


def _member(stream: TarStream, name: str, header: TarHeader, budget: Budget) -> Iterator[Member]:
    if not (header.is_file or header.is_folder):
        raise _refused_kind(name, header)
    check_kind(name, header.mode)
    if header.is_folder and header.size:  # some programs would skip it, and others take it for members
        raise damaged(f"its folder {shown_name(name)} has content like a file")
    size = header.size
    budget.check_file(name, size)
    budget.check_time()
    pieces = stream.pieces(size)
    yield Member(name=name, pieces=pieces, is_folder=header.is_folder, is_executable=is_executable(header.mode))
    for _ in pieces:  # whoever takes the members may have left some of the content
        pass
    stream.skip_padding(size)


def _refused_kind(name: str, header: TarHeader) -> SourceFault:
    if header.type in (SYMTYPE, LNKTYPE):
        return link(name, header.target)
    if header.is_sparse:
        return strange_kind(name, _STRANGE_KINDS[GNUTYPE_SPARSE])
    return strange_kind(name, _STRANGE_KINDS.get(header.type, "of an unknown kind"))
