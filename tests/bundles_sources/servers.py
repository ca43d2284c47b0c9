"""Servers on loopback: git's own daemon, git over http with a password, and one that never says a word."""

import base64
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.bundles_sources.repositories import ENVIRON

USERNAME, PASSWORD = "ci", "pa55 word'$(touch x)%"


@contextmanager
def git_daemon(folder: Path) -> Iterator[str]:
    """Serve the repositories in a folder; gives the beginning of their URLs."""
    port = _free_port()
    command = ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", "--export-all"]
    daemon = subprocess.Popen(
        [*command, f"--base-path={folder}", str(folder)], env=ENVIRON, stderr=subprocess.DEVNULL, process_group=0
    )
    try:
        _wait_for(port)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(daemon.pid, 15)
        daemon.wait()


@contextmanager
def web_server(folder: Path, *, is_private: bool = False, redirect: str | None = None) -> Iterator["WebServer"]:
    """Serve the repositories in a folder over http, by git's own program for it."""
    server = WebServer(folder, is_private, redirect)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def silent_server() -> Iterator[int]:
    """Take connections and say nothing, ever; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


class WebServer(ThreadingHTTPServer):
    """Remembers what it was asked; ``url`` is the beginning of its URLs."""

    def __init__(self, folder: Path, is_private: bool, redirect: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.is_private = is_private
        self.redirect = redirect
        self.authorizations: list[str | None] = []

    @property
    def url(self) -> str:
        """The beginning of its URLs."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def do_GET(self) -> None:
        """Answer a question for refs."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a question for objects."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Be silent."""

    def _answer(self) -> None:
        authorization = self.headers["Authorization"]
        self.server.authorizations.append(authorization)
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.server.redirect:
            self._refuse(302, "Location", self.server.redirect + self.path)
        elif self.server.is_private and authorization != _basic():
            self._refuse(401, "WWW-Authenticate", 'Basic realm="tests"')
        else:
            self._run_backend(body)

    def _refuse(self, status: int, header: str, value: str) -> None:
        self.send_response(status)
        self.send_header(header, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _run_backend(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        environ = ENVIRON | {
            "GIT_PROJECT_ROOT": str(self.server.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers["Content-Type"] or "",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers["Content-Encoding"] or "",
            "GIT_PROTOCOL": self.headers["Git-Protocol"] or "",
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(("git", "http-backend"), input=body, env=environ, capture_output=True, check=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _basic() -> str:
    return "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the daemon does not listen")
