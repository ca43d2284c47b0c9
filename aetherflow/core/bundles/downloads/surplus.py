"""Notices what a server sends behind the length that it announced.

The HTTP library stops reading at that length, and drops in silence what lies in its buffer by then. So what comes over
the connection is counted on its way to the library; behind the content the connection, which the server was asked to
end, must have nothing more.
"""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from aetherflow.core.bundles.deadline import Deadline

_HEAD_END = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d")  # "100 Continue" and the like come before the answer
#: How long to wait for the end of a connection: of one that the server says it ends, and of one that it keeps.
_ENDING_SECONDS = 2.0
_KEPT_SECONDS = 0.25


class Wire:
    """What comes over the connection of an exchange: the head of the answer, and how many bytes behind it."""

    def __init__(self) -> None:
        self._stream: Any = None  # httpcore's NetworkStream, by what httpx hands to its extension "trace"
        self._head = bytearray()
        self._behind_head: int | None = None  # not known before the head is over

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of a new connection, or a new question on it: httpx calls this with each step of an exchange."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._listen(details["return_value"])
        elif event.endswith("send_request_headers.started"):
            self._head.clear()
            self._behind_head = None

    def has_more(self, length: int, response: httpx.Response, deadline: Deadline) -> bool:
        """Tell whether more has come, or comes now, than a content of this length, which has been read."""
        if self._behind_head is not None and self._behind_head > length:
            return True
        seconds = min(_ENDING_SECONDS if _is_ended(response) else _KEPT_SECONDS, deadline.remaining_seconds())
        try:
            return bool(self._stream.read(1, timeout=seconds))
        except Exception:  # noqa: BLE001  # whatever the connection comes to now: the content is complete
            return False

    def _listen(self, stream: Any) -> None:
        read = stream.read

        def heard(max_bytes: int, timeout: float | None = None) -> bytes:
            data: bytes = read(max_bytes, timeout)
            if stream is self._stream:
                self._take(data)
            return data

        stream.read = heard
        self._stream = stream

    def _take(self, data: bytes) -> None:
        if self._behind_head is not None:
            self._behind_head += len(data)
            return
        self._head += data
        while end := _HEAD_END.search(self._head):
            is_interim = _INTERIM.match(self._head)
            del self._head[: end.end()]
            if not is_interim:
                self._behind_head = len(self._head)
                self._head.clear()
                return


def announced_length(response: httpx.Response) -> int | None:
    """Give the length that a server announces of what it sends; None where the end is told in another way."""
    length = response.headers.get("content-length", "")
    if "transfer-encoding" in response.headers or not (length.isascii() and length.isdigit()):
        return None
    return int(length[:20])


def _is_ended(response: httpx.Response) -> bool:
    connection = response.headers.get("connection", "").lower()
    return "close" in connection or (response.http_version == "HTTP/1.0" and "keep-alive" not in connection)
