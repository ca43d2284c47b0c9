"""The members of a zip file."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from aetherflow.core.bundles.archives.budget import Budget
from aetherflow.core.bundles.archives.member import (
    PIECE_BYTES,
    Member,
    check_kind,
    damaged,
    is_executable,
)
from aetherflow.core.bundles.archives.member_names import utf_8_name
from aetherflow.core.bundles.archives.zip_directory import Directory, read_directory
from aetherflow.core.bundles.archives.zip_local_headers import check_local_headers
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name

_UNIX = 3
_IS_ENCRYPTED = 0x1 | 0x40 | 0x2000  # its content; strongly; the directory
#: Of these `zipfile` never unpacks more at once than it is asked for; others are made for a millionth of their size.
_METHODS = {ZIP_STORED, ZIP_DEFLATED}

# What `zipfile` raises for bytes that are no zip file; ValueError includes names that are not what they say.
_FAULTS = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, OSError)


def zip_members(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Give the members in order, having looked at all of them; raises SourceFault."""
    directory = read_directory(file, budget)
    names = [utf_8_name(raw) for raw in directory.names]
    with _told_as_damage("its table of contents cannot be read"):
        archive = ZipFile(file)
    infos = archive.infolist()
    _check_together(infos, directory, budget)
    for name, info in zip(names, infos, strict=True):
        _check(name, info)
        budget.check_file(name, info.file_size)
    check_local_headers(file, infos, directory.start)
    for name, info in zip(names, infos, strict=True):
        yield Member(
            name=name.removesuffix("/"),
            pieces=_pieces(archive, name, info, budget),
            is_folder=name.endswith("/"),
            is_executable=info.create_system == _UNIX and is_executable(_mode(info)),
        )


def _check_together(infos: Sequence[ZipInfo], directory: Directory, budget: Budget) -> None:
    """Judge what only all entries together show: how many they are, and their sum."""
    if len(infos) != len(directory.names):
        raise damaged("its table of contents does not have the entries that it should")
    budget.check_total(sum(info.file_size for info in infos))


def _check(name: str, info: ZipInfo) -> None:
    if info.flag_bits & _IS_ENCRYPTED:
        raise SourceFault(
            "AF-B153",
            f"its member {shown_name(name)} is encrypted",
            "make the archive anew without a password; secrets belong into the environment or a secrets hook",
        )
    check_kind(name, _mode(info))
    if info.compress_type not in _METHODS:
        raise SourceFault(
            "AF-B154",
            f"its member {shown_name(name)} is compressed by method {info.compress_type}, which is not read",
            "make the archive anew with the usual compression (deflate)",
        )
    if name.endswith("/") and info.file_size:
        raise damaged(f"its folder {shown_name(name)} has content like a file")


def _mode(info: ZipInfo) -> int:
    return info.external_attr >> 16


def _pieces(archive: ZipFile, name: str, info: ZipInfo, budget: Budget) -> Iterator[bytes]:
    size = 0
    with _told_as_damage(f"its member {shown_name(name)} cannot be unpacked"):
        with archive.open(info) as content:
            while piece := content.read(PIECE_BYTES):
                size += len(piece)
                budget.count_unpacked(len(piece))
                budget.check_file(name, size)
                yield piece
        if size != info.file_size:
            raise BadZipFile("its content ends early")


@contextmanager
def _told_as_damage(what: str) -> Iterator[None]:
    try:
        yield
    except _FAULTS as error:
        raise damaged(what) from error
