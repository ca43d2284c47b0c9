"""Reads regular files, up to a bound: a pipe or a device in a file's place is neither waited for nor read to no end."""

import errno
import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO

_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_PIECE_BYTES = 1024 * 1024


class NotRegular(OSError):
    """Something else stands at the path: a pipe, a device, a socket."""


class FileTooLarge(OSError):
    """The file is larger than what is read of one of its sort."""


def read_regular(path: str | Path, most_bytes: int) -> bytes:
    """Give the content of a file; raises NotRegular, FileTooLarge, or another OSError."""
    content = read_beginning(path, most_bytes + 1)
    if len(content) > most_bytes:
        raise FileTooLarge(errno.EFBIG, f"larger than {most_bytes:,} bytes")
    return content


def read_own(path: str | Path, most_bytes: int) -> bytes:
    """Give the content of a file that nobody but its user can have written; raises OSError for any other."""
    with open_regular(path) as stream:
        status = os.fstat(stream.fileno())
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise PermissionError(errno.EPERM, f"others may have written {path}")
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise FileTooLarge(errno.EFBIG, f"larger than {most_bytes:,} bytes")
    return content


def read_beginning(path: str | Path, most_bytes: int) -> bytes:
    """Give a file's content, of a larger one its beginning; raises NotRegular, or another OSError."""
    descriptor = _open(path)
    pieces: list[bytes] = []
    try:
        while most_bytes and (piece := os.read(descriptor, min(most_bytes, _PIECE_BYTES))):
            pieces.append(piece)
            most_bytes -= len(piece)
    finally:
        os.close(descriptor)
    return b"".join(pieces)


def open_regular(path: str | Path) -> BinaryIO:
    """Open a file to read it piece by piece; raises NotRegular, or another OSError."""
    return open(_open(path), "rb")  # a descriptor, not a path


def _open(path: str | Path) -> int:
    descriptor = os.open(path, _READ)
    mode = os.fstat(descriptor).st_mode
    if S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise NotRegular(errno.EINVAL, "not a regular file")
