"""Turns a stream of bytes into masked text, cut at line ends, without ever holding more than a bounded piece of it."""

from collections.abc import Callable

Mask = Callable[[str], str]

#: A line longer than this is handed on in pieces.
LONGEST_LINE_BYTES = 64 * 1024

#: How far before the wished place a cut may move, to spare a secret or a character that stands there.
_STEPS_BACK = (0, 1, 2, 3, 64, 512, 4096, 16384)


class LineFeed:
    """Takes bytes as they come and hands on masked text: whole lines, as many as there are, with their ends.

    ``errors`` is how undecodable bytes are treated (see `bytes.decode`). Masking looks at all the lines of a piece at
    once, so that a secret of several lines is found too.
    """

    def __init__(self, mask: Mask, hand_on: Callable[[str], None], *, errors: str) -> None:
        self._mask = mask
        self._hand_on = hand_on
        self._errors = errors
        self._pending = b""
        self._skips_line = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._skips_line:
            data = self._rest_after_line(data)
        end = data.rfind(b"\n") + 1
        if end:
            self._hand_on(self._text(self._pending + data[:end]))
            self._pending = data[end:]
        else:
            self._pending += data
        while len(self._pending) > LONGEST_LINE_BYTES:
            cut = safe_cut(self._pending, len(self._pending) // 2, self._text)
            if cut is None:
                self._give_up_line()
                return
            self._hand_on(self._text(self._pending[:cut]))
            self._pending = self._pending[cut:]

    def close(self) -> None:
        """Hand on what is left: a last line without an end."""
        if self._pending:
            self._hand_on(self._text(self._pending))
            self._pending = b""

    def _give_up_line(self) -> None:
        # Secret upon secret without an end: any cut would show the half of one.
        self._hand_on("*** (a line full of secrets, too long to show)\n")
        self._pending, self._skips_line = b"", True

    def _rest_after_line(self, data: bytes) -> bytes:
        _, line_end, rest = data.partition(b"\n")
        self._skips_line = not line_end
        return rest

    def _text(self, data: bytes) -> str:
        return self._mask(data.decode("utf-8", self._errors))


def safe_cut(data: bytes, at: int, text: Callable[[bytes], str]) -> int | None:
    """Give a place at or before ``at`` where a cut splits no secret and no character, if one is found.

    A cut is safe when both halves, masked apart, read the same as the whole.
    """
    whole = text(data)
    for back in _STEPS_BACK:
        cut = at - back
        if cut > 0 and text(data[:cut]) + text(data[cut:]) == whole:
            return cut
    return None


def shown_line(line: str) -> str:
    """Give a line as a terminal would leave it: what stands after the last carriage return."""
    line = line.rstrip("\r\n")
    return line[line.rfind("\r") + 1 :] if "\r" in line else line
