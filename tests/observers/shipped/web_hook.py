"""A web server on loopback that takes messages, and answers as a test says."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from msgspec import Struct


class Received(Struct, frozen=True):
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in it."""
        return list(json.loads(self.body)["events"])


#: A status, headers, and what to wait for before answering.
Answer = tuple[int, dict[str, str], Callable[[], object]]


class WebHook:
    """What has come in; ``answers`` are given first, after them 200."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[Received] = []
        self.answers: list[Answer] = []

    def then(self, status: int, wait: Callable[[], object] = lambda: None, **headers: str) -> None:
        """Give this answer next."""
        self.answers.append((status, {name.replace("_", "-"): text for name, text in headers.items()}, wait))

    @property
    def types(self) -> list[str]:
        """The types of all events, as they came in."""
        return [event["type"] for received in self.received for event in received.events]


@contextmanager
def web_hook(tls: ssl.SSLContext | None = None) -> Iterator[WebHook]:
    """Run a server until the block ends."""
    hook = WebHook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, wait = hook.answers.pop(0) if hook.answers else (200, {}, lambda: None)
            hook.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            wait()
            self.send_response(status)
            for name, text in {"Content-Length": "0", **headers}.items():
                self.send_header(name, text)
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name that http.server has
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of clients that leave."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        hook.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()
