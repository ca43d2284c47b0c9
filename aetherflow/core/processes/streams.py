"""What becomes of the output of a child: kept, forwarded or written to a file, read to its end in every case."""

from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from aetherflow.core.processes.lines import LineFeed, Mask, shown_line

_TAIL_LINES = 20
_TAIL_CHARACTERS = 4096
#: What is kept of a stream's end: more than is shown, because its first line is dropped where that is not whole.
_KEPT_BYTES = 4 * _TAIL_CHARACTERS


class Stream:
    """One output stream of a child; sub-classes say what becomes of the bytes. The end of them is kept for messages."""

    def __init__(self) -> None:
        self._last: deque[bytes] = deque()
        self._last_bytes = 0
        self._is_cut = False

    def take(self, data: bytes) -> None:
        """Take the next bytes."""
        self._last.append(data)
        self._last_bytes += len(data)
        while self._last_bytes - len(self._last[0]) >= _KEPT_BYTES:
            self._last_bytes -= len(self._last.popleft())
            self._is_cut = True

    def close(self) -> None:
        """Take note that no more bytes come."""

    def tail(self, mask: Mask) -> str:
        """Give the last lines, masked, for an error message."""
        if not self._last:
            return ""
        kept = b"".join(self._last)[-_KEPT_BYTES:]
        if self._is_cut or self._last_bytes > _KEPT_BYTES:
            # Of a line that is not whole nothing is shown: what is cut may be a secret, and would not be known as one.
            kept = kept.partition(b"\n")[2] or b"(a line too long to show)"
        return _last_lines(mask(kept.decode("utf-8", "replace")))


class CapturedStream(Stream):
    """Keeps the bytes up to a cap; what comes after it is read and dropped."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._room = max_bytes
        self._chunks: list[bytes] = []
        self.is_truncated = False

    def take(self, data: bytes) -> None:
        """Keep the bytes while there is room."""
        super().take(data)
        if len(data) > self._room:
            data = data[: self._room]
            self.is_truncated = True
        self._room -= len(data)
        self._chunks.append(data)

    def captured(self) -> bytes:
        """Give everything that was kept."""
        return b"".join(self._chunks)


class ForwardedStream(Stream):
    """Hands the output on, line by line, masked."""

    def __init__(self, forward: Callable[[str], None], mask: Mask) -> None:
        super().__init__()
        self._forward = forward
        self._feed = LineFeed(mask, self._hand_on, errors="replace")

    def take(self, data: bytes) -> None:
        """Forward the lines that are complete."""
        super().take(data)
        self._feed.feed(data)

    def close(self) -> None:
        """Forward a last line without an end."""
        self._feed.close()

    def _hand_on(self, text: str) -> None:
        for line in text.removesuffix("\n").split("\n"):
            self._forward(shown_line(line))


class HandedOnStream(Stream):
    """Hands the bytes on as they come. Once that has failed the rest is dropped, so that the child can be ended."""

    def __init__(self, hand_on: Callable[[bytes], None]) -> None:
        super().__init__()
        self._hand_on = hand_on
        self._has_failed = False

    def take(self, data: bytes) -> None:
        """Hand the bytes on; whatever that raises goes through."""
        if self._has_failed:
            return
        try:
            self._hand_on(data)
        except BaseException:
            self._has_failed = True
            raise


class FileStream(Stream):
    """Writes the output to a file, masked; bytes that are no UTF-8 stay as they are."""

    def __init__(self, file: BinaryIO, mask: Mask, note_loss: Callable[[str], None]) -> None:
        super().__init__()
        self._file = file
        self._note_loss = note_loss
        self._is_broken = False
        self._feed = LineFeed(mask, self._hand_on, errors="surrogateescape")

    def take(self, data: bytes) -> None:
        """Write the lines that are complete."""
        super().take(data)
        self._feed.feed(data)

    def close(self) -> None:
        """Write a last line without an end."""
        self._feed.close()

    def _hand_on(self, text: str) -> None:
        if self._is_broken:
            return
        data = memoryview(text.encode("utf-8", "surrogateescape"))
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError as error:
            self._is_broken = True  # read on: a child that cannot write fails with a riddle, the caller can tell why
            self._note_loss(f'the output could not be written to "{self._file.name}": {(error.strerror or "").lower()}')


def captured(stream: Stream | None) -> tuple[bytes, bool]:
    """Give what a stream captured and whether that was cut off; nothing for a stream in another mode."""
    if isinstance(stream, CapturedStream):
        return stream.captured(), stream.is_truncated
    return b"", False


def _last_lines(text: str) -> str:
    lines = [shown_line(line) for line in text.rstrip().split("\n")[-_TAIL_LINES:]]
    shown = "\n".join(lines)
    return shown if len(shown) <= _TAIL_CHARACTERS else "…" + shown[-_TAIL_CHARACTERS:]
