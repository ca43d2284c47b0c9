"""Stands between a client and a server on loopback, and may break the line."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress


class Proxy:
    """Hands on what either side says, until it is closed.

    ``on_request`` sees what the client says before it is handed on; after ``cut_after`` bytes of the server the line
    is cut, after ``stall_after`` nothing more comes.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.on_request: Callable[[bytes], None] = lambda _: None
        self.cut_after: int | None = None
        self.stall_after: int | None = None
        self._sent = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is, for a web server."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Take up no further connection."""
        with suppress(OSError):  # it is closed already
            self._socket.shutdown(socket.SHUT_RDWR)  # a thread is waiting in it
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target_port))
            threading.Thread(target=self._upward, args=(client, server), daemon=True).start()
            threading.Thread(target=self._downward, args=(server, client), daemon=True).start()

    def _upward(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                self.on_request(data)
                server.sendall(data)
        except OSError:
            pass
        finally:
            _end(server)

    def _downward(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while data := server.recv(4096):
                self._sent += len(data)
                if self.stall_after is not None and self._sent > self.stall_after:
                    time.sleep(60)
                if self.cut_after is not None and self._sent > self.cut_after:
                    return
                client.sendall(data)
        except OSError:
            pass
        finally:
            _end(client)


def _end(connection: socket.socket) -> None:
    """Tell the other side at once, though a thread of ours may still be reading."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
