"""A proxy of loopback that makes a way to whatever server it is asked for, or to one whatever it is asked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def tunnels(to_port: int | None = None) -> Iterator[str]:
    """Run it until the block ends; gives its URL. With ``to_port`` every way leads to that port of this machine."""

    class Tunnel(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            host, _, port = self.path.partition(":")
            address = (host, int(port)) if to_port is None else ("127.0.0.1", to_port)
            with socket.create_connection(address) as server:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=hand_on, args=(server, self.connection), daemon=True)
                back.start()
                hand_on(self.connection, server)
                back.join()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tunnel) as proxy:
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()


def hand_on(giver: socket.socket, taker: socket.socket) -> None:
    """Hand on what one side says until it ends."""
    with suppress(OSError):
        while data := giver.recv(65536):
            taker.sendall(data)
    with suppress(OSError):
        taker.shutdown(socket.SHUT_WR)
