"""A web server on this machine that answers as a test says, well or badly."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aetherflow.core.bundles.sources.archive import ArchiveFetcher
from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits
from aetherflow.core.connectors.resources import ResolvedResource
from tests.bundles_archives.archives import told

Answer = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """What there is at each path, and what was asked for: path and headers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.is_over = threading.Event()

    def source(self, path: str = "/orders.zip", **values: object) -> BundleSource:
        """Name an archive of this server."""
        return BundleSource(type="archive", location=self.url + path, folder=Path("/nowhere"), **values)  # type: ignore[arg-type]  # as given


def content(data: bytes, **headers: str) -> Answer:
    """Answer with this content."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Length": str(len(data)), **headers})
        handler.wfile.write(data)

    return answer


def status(code: int, **headers: str) -> Answer:
    """Answer with nothing but a status."""
    return lambda handler: send(handler, code, {"Content-Length": "0", **headers})


def raw(*data: bytes) -> Answer:
    """Send these bytes, and end the connection."""
    return lambda handler: [handler.wfile.write(piece) for piece in data] and None


def send(handler: BaseHTTPRequestHandler, code: int, headers: dict[str, str]) -> None:
    """Send status and headers."""
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


@contextmanager
def web(tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Run a server until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            with suppress(OSError):  # the other end has gone
                site.answers.get(self.path, status(404))(self)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        site = Web(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield site
        finally:
            site.is_over.set()
            server.shutdown()
            thread.join()


def fetched(source: BundleSource, root: Path, limits: Limits | None = None, stall_seconds: float = 30) -> Fetched:
    """Fetch into the folder ``into``."""
    (root / "into").mkdir(exist_ok=True)
    return ArchiveFetcher(stall_seconds=stall_seconds).fetch(source, root / "into", limits or Limits())


def refusal(source: BundleSource, root: Path, limits: Limits | None = None, stall_seconds: float = 30) -> str:
    """Give the one finding about a source, and hold that nothing was written."""
    try:
        fetched(source, root, limits, stall_seconds)
    except FetchFailed as failure:
        assert [path.name for path in root.rglob("*")] == ["into"]
        return told(failure)
    raise AssertionError("it was fetched")


def resource(**config: object) -> ResolvedResource:
    """Say how to sign in."""
    return ResolvedResource(name="files", kind="remote", driver="http", config=dict(config), options={})
