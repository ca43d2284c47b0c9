"""A web server with one archive, which counts what is asked of it and can be replaced while it serves."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ZipServer:
    """Serves whatever was published last; ``sent`` counts whole answers, ``unchanged`` those of 304."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/orders.zip"
        self.body = b""
        self.sent = self.unchanged = 0

    def publish(self, files: Mapping[str, str]) -> None:
        """Serve these files from now on."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        self.body = packed.getvalue()

    @property
    def etag(self) -> str:
        """What names the archive that is served."""
        return f'"{hashlib.sha256(self.body).hexdigest()}"'


@contextmanager
def zip_server() -> Iterator[ZipServer]:
    """Serve on a port of this machine for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("If-None-Match") == served.etag:
                served.unchanged += 1
                self.send_response(304)
                self.end_headers()
                return
            served.sent += 1
            self.send_response(200)
            self.send_header("ETag", served.etag)
            self.send_header("Content-Length", str(len(served.body)))
            self.end_headers()
            self.wfile.write(served.body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 64  # all come at once
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    served = ZipServer(server.server_port)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
