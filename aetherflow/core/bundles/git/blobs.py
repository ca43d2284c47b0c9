"""The contents of objects, taken from `git cat-file --batch` as they come, without keeping them."""

from typing import Protocol

from aetherflow.core.bundles.file_tree.faults import SourceFault

_LONGEST_HEADER_BYTES = 200


class Receiver(Protocol):
    """Who gets the objects, one after the other, in the order in which they were asked for."""

    def begin(self, size: int) -> None:
        """Take note that the next object begins."""
        ...

    def take(self, data: bytes) -> None:
        """Take a piece of it."""
        ...

    def end(self) -> None:
        """Take note that it is complete."""
        ...


class BlobStream:
    """Cuts the output into objects: a line ``OID blob SIZE``, the content, a line end, and so on."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._data = b""
        self._at = 0  # what is before it in the data has been taken
        self._left = -1  # bytes of the object that are still to come; -1 before its header, 0 before its line end
        self.complete = 0

    def take(self, data: bytes) -> None:
        """Take the next bytes; raises SourceFault where an object is missing, and what the receiver raises."""
        self._data, self._at = self._data[self._at :] + data, 0
        while self._step():
            pass

    def _step(self) -> bool:
        if self._left < 0:
            return self._header()
        if self._at == len(self._data):
            return False
        if self._left > 0:
            self._content()
        else:
            self._line_end()
        return True

    def _header(self) -> bool:
        end = self._data.find(b"\n", self._at, self._at + _LONGEST_HEADER_BYTES)
        if end < 0 and len(self._data) - self._at < _LONGEST_HEADER_BYTES:
            return False
        header = self._data[self._at : end if end >= 0 else self._at + _LONGEST_HEADER_BYTES]
        words = header.split(b" ")
        if len(words) != 3 or words[1] != b"blob":
            raise SourceFault("AF-B178", "git failed", None, [f"git says: {header.decode('utf-8', 'replace')}"])
        self._at = end + 1
        self._left = int(words[2])
        self._receiver.begin(self._left)
        return True

    def _content(self) -> None:
        piece = self._data[self._at : self._at + self._left]
        self._at += len(piece)
        self._left -= len(piece)
        self._receiver.take(piece)

    def _line_end(self) -> None:
        self._at += 1
        self._left = -1
        self.complete += 1
        self._receiver.end()
