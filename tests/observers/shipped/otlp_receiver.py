"""A collector on loopback: it takes spans over OTLP/HTTP, as protobuf, and keeps them."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Receiver:
    """What has come in; ``failures`` requests are answered 400 first."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Span] = []
        self.resource: dict[str, Any] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.failures = 0

    def take(self, body: bytes) -> None:
        """Take a request apart."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resource = attributes_of(resource.resource.attributes)
            for scope in resource.scope_spans:
                assert scope.scope.name == "aetherflow"
                self.spans += scope.spans

    def named(self, name: str) -> Span:
        """Give the one span of a name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found

    def tree(self) -> list[str]:
        """Give every span as the names from its root to itself, in order of their beginnings."""
        by_id = {span.span_id: span for span in self.spans}
        paths = []
        for span in sorted(self.spans, key=lambda each: (each.start_time_unix_nano, -each.end_time_unix_nano)):
            names, above = [span.name], by_id.get(span.parent_span_id)
            while above:
                names, above = [above.name, *names], by_id.get(above.parent_span_id)
            paths.append(" > ".join(names))
        return paths


def attributes_of(pairs: Any) -> dict[str, Any]:
    """Read attributes."""
    found: list[KeyValue] = list(pairs)
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value") for pair in found}


@contextmanager
def otlp_receiver() -> Iterator[Receiver]:
    """Run a receiver until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((self.path, {key.lower(): text for key, text in self.headers.items()}))
            assert self.headers["Content-Type"] == "application/x-protobuf"
            status = 400 if receiver.failures else 200
            if receiver.failures:
                receiver.failures -= 1
            else:
                receiver.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name that http.server has
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
