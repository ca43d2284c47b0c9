"""Sends the spans of a run to a collector. Needs the extra `otel`: import it where it is wanted."""

import logging
import time
from collections import deque
from collections.abc import Mapping

from msgspec import Struct
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from aetherflow.core.api import Event
from aetherflow.core.builtins.observers.configuration import server_of
from aetherflow.core.builtins.observers.run_spans import RunIds, RunSpans

_BATCH = 512
#: What waits while no collector answers; beyond it the oldest are dropped, and counted.
_MOST_WAITING = 20_000
_SEND_EVERY_SECONDS = 5.0
_LIMITS = SpanLimits(max_events=128, max_attribute_length=4_096)


class Destination(Struct, frozen=True, kw_only=True):
    """Where spans go; what is None is taken from the environment, as the SDK's documentation says."""

    endpoint: str | None
    headers: Mapping[str, str]
    ca_file: str | None
    service_name: str | None
    timeout_seconds: float


class TraceOfRun:
    """The trace of one execution of a run, made and sent on the thread of its observer."""

    def __init__(self, to: Destination, *, log_level: str) -> None:
        self._words = _ExporterWords()
        self._server = (to.endpoint and server_of(to.endpoint)) or "the collector"
        exporter = OTLPSpanExporter(
            endpoint=to.endpoint,
            headers=dict(to.headers) or None,
            certificate_file=to.ca_file,
            timeout=to.timeout_seconds,  # type: ignore[arg-type, unused-ignore]  # earlier versions say int
        )
        self._delivery = SpanDelivery(exporter, patience_seconds=to.timeout_seconds)
        ids = RunIds()
        provider = TracerProvider(
            resource=_resource(to.service_name),
            id_generator=ids,
            span_limits=_LIMITS,
            shutdown_on_exit=False,  # nothing of it may hold up the end of the process
        )
        provider.add_span_processor(self._delivery)
        self._exporter = exporter
        self._spans = RunSpans(provider.get_tracer("aetherflow"), ids, log_level)

    def take(self, event: Event) -> None:
        """Take an event, and send what is due. Raises ConnectionError where spans do not arrive."""
        self._spans.take(event)
        if self._delivery.is_due() and not self._delivery.send_batch():
            raise self._unsent("not sent yet", self._delivery.waiting)

    def close(self) -> None:
        """End what is open, send what is left, and let go; raises ConnectionError where spans are lost."""
        try:
            self._spans.close()
            self._send_all()
            if self._delivery.lost:
                raise self._unsent("not sent", self._delivery.lost)
        finally:
            self._exporter.shutdown()  # type: ignore[no-untyped-call]  # of the SDK
            self._words.close()

    def _unsent(self, what: str, count: int) -> ConnectionError:
        noun = "span" if count == 1 else "spans"
        return ConnectionError(f"{what} to {self._server}: {count:,} {noun}: {self._words.last()}")

    def _send_all(self) -> None:
        until = time.monotonic() + self._delivery.patience_seconds
        while self._delivery.waiting and time.monotonic() < until:
            if not self._delivery.send_batch():
                break


class SpanDelivery(SpanProcessor):
    """Holds spans that have ended until they are sent. What is not taken stays, and is tried again."""

    def __init__(self, exporter: SpanExporter, *, patience_seconds: float) -> None:
        self.patience_seconds = patience_seconds
        self._exporter = exporter
        self._spans: deque[ReadableSpan] = deque()
        self._dropped = 0
        self._tried_at = time.monotonic()
        self._has_failed = False

    @property
    def waiting(self) -> int:
        """How many spans have not been sent."""
        return len(self._spans)

    @property
    def lost(self) -> int:
        """How many spans would be lost if nothing more were sent."""
        return self._dropped + len(self._spans)

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span that has ended."""
        self._spans.append(span)
        if len(self._spans) > _MOST_WAITING:
            self._spans.popleft()
            self._dropped += 1

    def is_due(self) -> bool:
        """Tell whether it is time to send; where the last try failed, not too soon after it."""
        is_time = time.monotonic() - self._tried_at >= _SEND_EVERY_SECONDS
        return bool(self._spans) and (is_time or (len(self._spans) >= _BATCH and not self._has_failed))

    def send_batch(self) -> bool:
        """Send the oldest spans; tells whether they have been taken."""
        batch = [self._spans[index] for index in range(min(_BATCH, len(self._spans)))]
        self._has_failed = self._exporter.export(batch) is not SpanExportResult.SUCCESS
        self._tried_at = time.monotonic()
        if not self._has_failed:
            for _ in batch:
                self._spans.popleft()
        return not self._has_failed


class _ExporterWords(logging.Handler):
    """Keeps what the exporter last said of a failure, which it would print on the terminal of the run."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said = ""
        self._logger = logging.getLogger("opentelemetry.exporter.otlp")
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._said = record.getMessage()

    def last(self) -> str:
        """Give what was said last."""
        return self._said or "the collector did not take them"

    def close(self) -> None:
        """Stop listening."""
        self._logger.removeHandler(self)
        super().close()


def _resource(service_name: str | None) -> Resource:
    """Say who sends the spans: what the config says, else the SDK's own variables, else ourselves."""
    if service_name is None and str(Resource.create().attributes["service.name"]).startswith("unknown_service"):
        service_name = "aetherflow"
    return Resource.create({"service.name": service_name} if service_name else {})
