"""A real web server on loopback, which lists a folder as a page; it can be told to misbehave."""

import base64
import ssl
import threading
import time
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.sftp_server import PASSWORD, USER

BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class WebServer:
    """Serves ``root`` until it is closed. ``answer`` may answer a request itself, and then tells so."""

    def __init__(self, root: Path, tls: ssl.SSLContext | None = None) -> None:
        self.root = root
        self.requests: list[str] = []
        self.authorizations: list[str | None] = []
        self.headers: dict[str, str] = {}
        self.answer: Callable[[Handler], bool] = lambda _handler: False
        self._server = _Server(("127.0.0.1", 0), lambda *arguments: Handler(self, *arguments))
        self.scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that leave."""


class Handler(SimpleHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else small answers wait for each other, 40 ms each

    def __init__(self, serving: WebServer, *arguments: Any) -> None:
        self.serving = serving
        super().__init__(*arguments, directory=str(serving.root))

    def do_GET(self) -> None:
        """Answer, or let the test do so."""
        self.serving.requests.append(f"{self.command} {self.path}")
        self.serving.authorizations.append(self.headers.get("Authorization"))
        if not self.serving.answer(self):
            super().do_GET() if self.command == "GET" else super().do_HEAD()

    do_HEAD = do_GET  # noqa: N815  # the name that http.server calls

    def end_headers(self) -> None:
        """Add what the test wants every answer to have."""
        for name, value in self.serving.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name that http.server has
        """Say nothing."""

    def say(self, status: int, body: bytes = b"", **headers: str) -> bool:
        """Answer with this."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return True

    def hang_up(self) -> bool:
        """End the connection."""
        self.close_connection = True
        self.connection.close()
        return True

    @staticmethod
    def stall() -> bool:
        """Say nothing for longer than any test waits."""
        time.sleep(60)
        return True


def page(*targets: str) -> bytes:
    """Write a page with links."""
    return "".join(f'<li><a class="x" href="{target}">name</a></li>' for target in targets).encode()
