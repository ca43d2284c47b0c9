"""Ends connections when time is up, whatever they are waiting for.

A client's own limits are for one reading of the socket: who sends a byte now and then never runs into them.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

from aetherflow.core.bundles.deadline import Deadline


class CutOff:
    """Watches the connections that are made until the block ends."""

    def __init__(self, deadline: Deadline) -> None:
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        self._is_cut = False
        self._timer = threading.Timer(deadline.remaining_seconds(), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "CutOff":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of a new connection: what httpx calls with each step of an exchange (its extension "trace")."""
        if not event.endswith("connect_tcp.complete"):
            return
        connection = details["return_value"].get_extra_info("socket")
        with self._lock:
            # A descriptor of our own for the same connection: TLS takes over the other one.
            self._connections.append(connection.dup())
        if self._is_cut:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for connection in self._connections:
                with suppress(OSError):  # it has ended by itself
                    connection.shutdown(socket.SHUT_RDWR)
