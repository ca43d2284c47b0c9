"""Reads a file of an SFTP server with some pieces asked for ahead, on the caller's own thread.

By the requests that paramiko makes itself: its ``prefetch`` does so on a thread that goes on for ever where nobody
reads to the end, and prints a traceback where the connection breaks.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

import paramiko
from paramiko.sftp import CMD_DATA, CMD_READ, CMD_STATUS, int64

#: As much as every server gives at once, and how many such pieces are on their way.
_PIECE_BYTES = 32 * 1024
_PIECES_AHEAD = 64


class ReadAhead:
    """The pieces of one open file, in order."""

    def __init__(self, sftp: paramiko.SFTPClient, handle: object) -> None:
        self._sftp: Any = sftp
        self._handle = handle
        self._answers: dict[int, bytes | Exception] = {}

    def pieces(self, size: int) -> Iterator[bytes]:
        """Give the first ``size`` bytes; less where the file ends before."""
        asked: deque[tuple[int, int, int]] = deque()  # number of the request, offset, length
        offset = 0
        while asked or offset < size:
            while offset < size and len(asked) < _PIECES_AHEAD:
                length = min(_PIECE_BYTES, size - offset)
                asked.append((self._ask(offset, length), offset, length))
                offset += length
            number, start, length = asked.popleft()
            data = self._answer_to(number)
            if not data:
                return
            yield data
            if len(data) < length:  # a server may give less than it was asked for
                rest = start + len(data)
                asked.appendleft((self._ask(rest, start + length - rest), rest, start + length - rest))

    def _ask(self, offset: int, length: int) -> int:
        number: int = self._sftp._async_request(self, CMD_READ, self._handle, int64(offset), length)
        return number

    def _answer_to(self, number: int) -> bytes:
        while number not in self._answers:
            self._sftp._read_response()
        answer = self._answers.pop(number)
        if isinstance(answer, EOFError):
            return b""
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _async_response(self, kind: int, message: paramiko.Message, number: int) -> None:
        """Take an answer; paramiko calls this by its name."""
        if kind == CMD_DATA:
            self._answers[number] = message.get_string()
            return
        try:
            if kind == CMD_STATUS:
                self._sftp._convert_status(message)
            self._answers[number] = EOFError()
        except (OSError, EOFError) as error:
            self._answers[number] = error
