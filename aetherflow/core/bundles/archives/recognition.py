"""What kind of archive a file is, by its content: names, and the types that servers give, say little."""

from collections.abc import Callable, Iterator
from functools import partial
from tarfile import BLOCKSIZE
from typing import BinaryIO

from msgspec import Struct

from aetherflow.core.bundles.archives.budget import Budget
from aetherflow.core.bundles.archives.compression import COMPRESSIONS, CompressedReader, Compression
from aetherflow.core.bundles.archives.member import Member, damaged, surrounded
from aetherflow.core.bundles.archives.tar_headers import is_header
from aetherflow.core.bundles.archives.tar_members import tar_members
from aetherflow.core.bundles.archives.tar_stream import TarStream
from aetherflow.core.bundles.archives.zip_directory import END_MAGIC, has_end
from aetherflow.core.bundles.archives.zip_members import zip_members
from aetherflow.core.bundles.file_tree.faults import SourceFault

_ZIP_MAGIC = (b"PK\x03\x04", END_MAGIC)
_TAR_MAGIC, _TAR_MAGIC_AT = b"ustar", 257
_OTHERS = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"version https://git-lfs.github.com/spec", "a pointer of Git LFS, not the file that it points to"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"{", "JSON, or a text like it"),
)


class Form(Struct, frozen=True):
    """A kind of archive, and what gives the members of one."""

    name: str
    members: Callable[[BinaryIO, Budget], Iterator[Member]]


def recognise(file: BinaryIO) -> Form:
    """Tell the form of an archive; raises SourceFault for what is none that is read here."""
    file.seek(0)
    head = file.read(BLOCKSIZE)
    if head.startswith(_ZIP_MAGIC):
        return Form("zip", zip_members)
    for compression in COMPRESSIONS:
        if head.startswith(compression.magic):
            return Form(f"tar, {compression.name}", partial(_compressed_tar_members, compression))
    if is_header(head):
        return Form("tar", _plain_tar_members)
    raise _not_recognised(file, head)


def look_of(head: bytes) -> str | None:
    """Tell what else a file is that begins like this, as far as it is known."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((words for magic, words in _OTHERS if begin[: len(magic)].lower() == magic.lower()), None)


def _plain_tar_members(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    file.seek(0)
    return tar_members(TarStream(file), budget)


def _compressed_tar_members(compression: Compression, file: BinaryIO, budget: Budget) -> Iterator[Member]:
    file.seek(0)
    stream = TarStream(CompressedReader(file, compression, budget))
    if not is_header(stream.first_block()):
        raise _no_archive(f"{compression.name} data without a tar archive in it")
    return tar_members(stream, budget)


def _not_recognised(file: BinaryIO, head: bytes) -> SourceFault:
    if not head:
        return _no_archive("empty")
    if head.startswith(_TAR_MAGIC, _TAR_MAGIC_AT):
        return damaged("its first header is not as it was written")
    if has_end(file):
        return surrounded("it is a zip archive that stands behind other data")
    return _no_archive(look_of(head) or "of no known form")


def _no_archive(what: str) -> SourceFault:
    return SourceFault(
        "AF-B150",
        f"it is no archive that can be unpacked: it is {what}",
        "give a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz; what counts is the content, not the name",
    )
