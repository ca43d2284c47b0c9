"""The bytes of a compressed file as they were before, in pieces no larger than asked for."""

import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from msgspec import Struct

from aetherflow.core.bundles.archives.budget import Budget
from aetherflow.core.bundles.archives.member import PIECE_BYTES, damaged, surrounded
from aetherflow.core.bundles.file_tree.faults import SourceFault

_GZIP_WINDOW = 31  # the largest window, and the header and check sum of gzip
_MOST_XZ_MEMORY = 128 * 1024**2  # `xz -9` needs half of that


class Decompressor(Protocol):
    """What `bz2` and `lzma` have: one compressed stream, which ends where it says."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Compression(Struct, frozen=True):
    """A way to compress a file: its name, what such a file begins with, and what unpacks it."""

    name: str
    magic: bytes
    decompressor: Callable[[], Decompressor]


class CompressedReader:
    """Reads one file. It may have several streams, one after the other, and zeros behind them; nothing else."""

    def __init__(self, file: BinaryIO, compression: Compression, budget: Budget) -> None:
        self._file = file
        self._compression = compression
        self._budget = budget
        self._stream = compression.decompressor()
        self._faults = _faults()

    def read(self, most: int) -> bytes:
        """Give some bytes, at most so many; none at the end. Raises SourceFault."""
        while not self._stream.eof or self._next_stream():
            packed = self._file.read(PIECE_BYTES) if self._stream.needs_input else b""
            try:
                piece = self._stream.decompress(packed, most)
            except self._faults as error:
                raise damaged(f"its {self._compression.name} data cannot be unpacked") from error
            if piece:
                self._budget.count_unpacked(len(piece))
                return piece
            if not packed and self._stream.needs_input and not self._stream.eof:
                raise damaged(f"its {self._compression.name} data ends early")
        return b""

    def _next_stream(self) -> bool:
        self._budget.check_time()
        rest = (self._stream.unused_data or self._file.read(PIECE_BYTES)).lstrip(b"\0")
        while len(rest) < len(self._compression.magic) and (more := self._file.read(PIECE_BYTES)):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return False
        if not rest.startswith(self._compression.magic):
            raise surrounded("other data stands behind it")
        self._stream = self._compression.decompressor()
        self._file.seek(-len(rest), 1)
        return True


class _Gzip:
    """`zlib` in the form of the others."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_WINDOW)
        self._has_more = False

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._has_more

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        piece = self._stream.decompress(self._stream.unconsumed_tail + data, max_length)
        # A full piece may leave some in zlib's own memory, though all that went in has been consumed.
        self._has_more = bool(self._stream.unconsumed_tail) or len(piece) == max_length
        return piece


def _bzip2() -> Decompressor:
    try:
        from bz2 import BZ2Decompressor  # deferred: not every Python is built with it
    except ImportError:
        raise _not_here("bzip2") from None
    return BZ2Decompressor()


def _xz() -> Decompressor:
    try:
        from lzma import FORMAT_XZ, LZMADecompressor  # deferred, as above
    except ImportError:
        raise _not_here("xz") from None
    return LZMADecompressor(FORMAT_XZ, _MOST_XZ_MEMORY)


def _faults() -> tuple[type[Exception], ...]:
    try:
        from lzma import LZMAError  # deferred, as above
    except ImportError:
        return (zlib.error, OSError, ValueError, EOFError)
    return (zlib.error, LZMAError, OSError, ValueError, EOFError)


def _not_here(name: str) -> SourceFault:
    return SourceFault(
        "AF-B154", f"it is compressed by {name}, which this Python was built without", "make a .tar.gz or a .zip of it"
    )


COMPRESSIONS = (
    Compression("gzip", b"\x1f\x8b", _Gzip),
    Compression("bzip2", b"BZh", _bzip2),
    Compression("xz", b"\xfd7zXZ\0", _xz),
)
