"""The connections of one request: what goes over them is counted, and they can be cut whatever they wait for.

The library's own limits are for one reading of the socket: who sends a byte now and then never runs into them. And it
drops in silence what a server sends behind the length that it announced.
"""

import re
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

_HEAD_END = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d")  # "100 Continue" and the like come before the answer
#: Less than this, in twice the time that a server has for its next word, is as good as nothing.
_LEAST_BYTES = 512
_MOST_SILENCES = 2
_MOST_OF_HEADS = 1 << 20  # bytes, of the answer's head and all "100 Continue" before it


class Wire:
    """Give ``watch`` to httpx as the extension "trace" of a request."""

    def __init__(self, silence_seconds: float) -> None:
        self._silence_seconds = silence_seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_cut = False
        self._stream: Any = None
        self._head = bytearray()
        self._behind_head: int | None = None  # not known before the head is over
        self._head_bytes = 0
        self._moved = 0
        self._touched = time.monotonic()

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of a new connection: httpx calls this with each step of an exchange."""
        if event.endswith("connect_tcp.complete"):
            self._keep(details["return_value"].get_extra_info("socket"))
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._listen(details["return_value"])

    def is_late(self) -> bool:
        """Tell whether hardly anything has moved for as long as the server has for an answer, or it never begins."""
        return (
            self._head_bytes > _MOST_OF_HEADS
            or time.monotonic() - self._touched > self._silence_seconds * _MOST_SILENCES
        )

    def begin(self) -> None:
        """Begin another request on connections of its own: nothing of it has come yet."""
        self._head.clear()
        self._head_bytes = 0
        self._behind_head = None
        self._touched = time.monotonic()

    def has_surplus(self, length: int) -> bool:
        """Tell whether more came behind the head of the answer than its length."""
        return self._behind_head is not None and self._behind_head > length

    def cut(self) -> None:
        """End the connections at once."""
        with self._lock:
            self._is_cut = True
            for each in self._sockets:
                with suppress(OSError):  # it has ended by itself
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            for each in self._sockets:
                each.close()
            self._sockets.clear()

    def _keep(self, connection: Any) -> None:
        with self._lock:
            # A descriptor of our own for the same connection: TLS takes over the other one.
            self._sockets.append(connection.dup())
        if self._is_cut:
            self.cut()

    def _listen(self, stream: Any) -> None:
        read, write = stream.read, stream.write

        def heard(max_bytes: int, timeout: float | None = None) -> bytes:
            data: bytes = read(max_bytes, timeout)
            if stream is self._stream:
                self._take(data)
            return data

        def said(buffer: bytes, timeout: float | None = None) -> None:
            write(buffer, timeout)
            self._touch(_LEAST_BYTES)

        stream.read, stream.write = heard, said
        self._stream = stream

    def _touch(self, count: int) -> None:
        self._moved += count
        if self._moved >= _LEAST_BYTES:
            self._moved = 0
            self._touched = time.monotonic()

    def _take(self, data: bytes) -> None:
        self._touch(len(data))
        if self._behind_head is not None:
            self._behind_head += len(data)
            return
        self._head += data
        self._head_bytes += len(data)
        while end := _HEAD_END.search(self._head):
            is_interim = _INTERIM.match(self._head)
            del self._head[: end.end()]
            if not is_interim:
                self._behind_head = len(self._head)
                self._head_bytes = 0
                self._head.clear()
                return
