"""The bytes of a tar file, taken from front to back."""

from collections.abc import Iterator
from tarfile import BLOCKSIZE
from typing import Protocol

from aetherflow.core.bundles.archives.member import PIECE_BYTES, damaged, surrounded


class Readable(Protocol):
    """Gives at most so many bytes, none at the end."""

    def read(self, most: int, /) -> bytes: ...


class TarStream:
    """Reads a tar file, of which only the piece at hand is in memory."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._piece = memoryview(b"")

    def first_block(self) -> bytes:
        """Give what the stream begins with, without taking it; less than a block where it is shorter."""
        first = bytes(self._piece)
        while len(first) < BLOCKSIZE and (more := self._source.read(PIECE_BYTES)):
            first += more
        self._piece = memoryview(first)
        return first[:BLOCKSIZE]

    def exactly(self, count: int) -> bytes:
        """Give so many bytes; raises SourceFault where it ends before."""
        return b"".join(self.pieces(count))

    def padded(self, count: int) -> bytes:
        """Give so many bytes, and skip what fills up the block behind them."""
        content = self.exactly(count)
        self.skip_padding(count)
        return content

    def skip_padding(self, count: int) -> None:
        """Skip what fills up the last block of so many bytes."""
        self.exactly(-count % BLOCKSIZE)

    def pieces(self, count: int) -> Iterator[bytes]:
        """Give so many bytes piece by piece."""
        while count:
            if not self._piece and not self._next_piece():
                raise damaged("it ends early")
            piece = bytes(self._piece[:count])
            self._piece = self._piece[len(piece) :]
            count -= len(piece)
            yield piece

    def check_nothing_follows(self) -> None:
        """Read to the end, of zeros; by that, check sums of what it was compressed in are checked too."""
        while self._piece or self._next_piece():
            if bytes(self._piece).strip(b"\0"):
                raise surrounded("other data stands behind it")
            self._piece = memoryview(b"")

    def _next_piece(self) -> bool:
        self._piece = memoryview(self._source.read(PIECE_BYTES))
        return bool(self._piece)
