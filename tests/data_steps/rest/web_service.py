"""A web service on loopback that answers as a test says, well or badly, and keeps what it was asked."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct


class Asked(Struct, frozen=True):
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters of its URL."""
        return parse_qs(urlsplit(self.path).query)


class Answered(Struct, frozen=True):
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}


Answer = Answered | Callable[[BaseHTTPRequestHandler], None]


class WebService:
    """What there is at each path: the answers of a list come in turn, the last one for ever."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.is_over = threading.Event()
        self._answers: dict[str, list[Answer]] = {}

    def at(self, path: str, *answers: Answer) -> None:
        """Say what is answered at a path, whatever the method."""
        self._answers[path] = list(answers)

    def answer(self, path: str) -> Answer:
        """Give the next answer of a path."""
        left = self._answers.get(urlsplit(path).path, [Answered(404)])
        return left.pop(0) if len(left) > 1 else left[0]


def as_json(value: Any, status: int = 200, **headers: str) -> Answered:
    """Answer with JSON."""
    return answered(status, json.dumps(value).encode(), Content_Type="application/json", **headers)


def answered(status: int, body: bytes = b"", **headers: str) -> Answered:
    """Answer with a status, a body, and headers, whose names have `_` for `-`."""
    return Answered(status, body, {name.replace("_", "-"): text for name, text in headers.items()})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    service: WebService

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): text for name, text in self.headers.items()}
        self.service.asked.append(Asked(self.command, self.path, headers, body))
        answer = self.service.answer(self.path)
        with suppress(OSError):  # the other end has gone
            if callable(answer):
                answer(self)
                self.close_connection = True
            else:
                self._send(answer)

    def _send(self, answer: Answered) -> None:
        self.send_response(answer.status)
        for name, text in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def __getattr__(self, name: str) -> Any:
        """Answer whatever the method."""
        if name.startswith("do_"):
            return self._any
        raise AttributeError(name)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that leave."""


@contextmanager
def web_service(tls: ssl.SSLContext | None = None) -> Iterator[WebService]:
    """Run a service until the block ends."""
    service = WebService()
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service})) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        service.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield service
        finally:
            service.is_over.set()
            server.shutdown()
            thread.join()


def raw(service: WebService, *pieces: bytes, pause_seconds: float = 0, then_wait: bool = False) -> Answer:
    """Send bytes as they are, slowly perhaps; then end the connection, or keep it and say nothing."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            service.is_over.wait(pause_seconds)
        if then_wait:
            service.is_over.wait(30)
        handler.connection.shutdown(socket.SHUT_RDWR)

    return answer
