"""A TCP proxy in front of a real server, which drops, stalls and slows connections when it is told to."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BLOCK_BYTES = 65536
_LOOK_SECONDS = 0.05


class Proxy:
    """Forwards connections to a port of loopback; what it does with them can be changed at any time.

    ``stalls_after`` and ``drops_after`` count the bytes that the server has sent over one connection.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_LOOK_SECONDS)
        self._is_open = True
        self._links: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.stalls_after: int | None = None
        self.drops_after: int | None = None
        self.stalls_on: list[bytes] = []  # once the client has sent these, one after the other, no answer gets through
        self.pause_seconds = 0.0
        self.connections = 0

    def serve(self) -> None:
        """Accept until the proxy is closed."""
        while self._is_open:
            with suppress(TimeoutError, OSError):
                client, _ = self._listener.accept()
                client.settimeout(None)
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self._target_port))
                self._links += [client, server]
                threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def drop_all(self) -> None:
        """Break every connection off."""
        while self._links:
            with suppress(OSError):
                self._links.pop().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop."""
        self._is_open = False
        self.drop_all()
        self._listener.close()

    def _is_stalled(self, sent: int) -> bool:
        return self._is_open and self.stalls_after is not None and sent >= self.stalls_after

    def _pump(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        sent = 0
        with suppress(OSError):
            while block := source.recv(_BLOCK_BYTES):
                sent += len(block) if is_answer else 0
                if not is_answer and self.stalls_on and self.stalls_on[0] in block:
                    self.stalls_on.pop(0)
                    self.stalls_after = self.stalls_after if self.stalls_on else 0
                if is_answer and self.drops_after is not None and sent > self.drops_after:
                    break
                while is_answer and self._is_stalled(sent):
                    time.sleep(_LOOK_SECONDS)
                time.sleep(self.pause_seconds)
                target.sendall(block)
        for link in (source, target):
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            if is_answer:
                link.close()


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """Give a proxy for a block."""
    proxy = Proxy(port)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
