"""The observer that sends a run as a trace to a collector of OpenTelemetry, over OTLP/HTTP."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, field

from aetherflow.core.api import Event, ObserverPlugin
from aetherflow.core.builtins.observers.configuration import Seconds, WrongConfig, need, server_of, settings_of

if TYPE_CHECKING:
    from aetherflow.core.builtins.observers.span_delivery import TraceOfRun

_SECRET_WORDS = "a text, or {env: NAME} for one that an environment variable holds"
_TRACES_PATH = "/v1/traces"


class OpenTelemetrySettings(Struct, frozen=True, kw_only=True):
    """What `config` holds; what is not said is taken from the variables `OTEL_…`, as by any program that has them."""

    endpoint: Annotated[str | None, Meta(description="the URL of a collector, such as http://localhost:4318")] = None
    headers: Annotated[dict[str, str], Meta(description="a mapping of names of headers to texts")] = field(
        default_factory=dict
    )
    ca_file: Annotated[str | None, Meta(description="the path of a file with certificates of authorities")] = None
    service_name: Annotated[str | None, Meta(description="a text")] = None
    timeout_seconds: Seconds = 2.0
    log_level: Annotated[
        Literal["debug", "info", "warning", "error", "none"],
        Meta(description='"debug", "info", "warning", "error" or "none"'),
    ] = "info"


class OpenTelemetryObserver(ObserverPlugin):
    """Sends a run as one trace: a span for the run, each job, each item of a loop, each step and each of its attempts.

    Needs opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http.
    """

    def __init__(self, plugin_id: str, config: Mapping[str, Any] | None = None) -> None:
        super().__init__(plugin_id, config)
        self._settings = settings_of(self.config, OpenTelemetrySettings)
        self._endpoint = _endpoint(self._settings)
        self._headers = self._settings.headers
        self._trace: TraceOfRun | None = None
        need("opentelemetry.sdk.trace", "opentelemetry-sdk", "otel")
        need("opentelemetry.exporter.otlp.proto.http", "opentelemetry-exporter-otlp-proto-http", "otel")

    def on_startup(self) -> None:
        """Build what makes spans and sends them."""
        # deferred: an extra, and 200 ms
        from aetherflow.core.builtins.observers.span_delivery import Destination, TraceOfRun

        self._trace = TraceOfRun(
            Destination(
                endpoint=self._endpoint,
                headers=self._headers,
                ca_file=self._settings.ca_file,
                service_name=self._settings.service_name,
                timeout_seconds=self._settings.timeout_seconds,
            ),
            log_level=self._settings.log_level,
        )

    def on_event(self, event: Event) -> None:
        """Take the event, and send spans where enough have ended."""
        if self._trace:
            self._trace.take(event)

    def on_shutdown(self) -> None:
        """End what is open, and send what is left."""
        if self._trace:
            self._trace.close()


def _endpoint(settings: OpenTelemetrySettings) -> str | None:
    if settings.endpoint is None:
        return None
    written = settings.endpoint
    if server_of(written) is None:
        raise WrongConfig("endpoint", "must be the URL of a collector, such as http://localhost:4318")
    return written if urlsplit(written).path.strip("/") else written.rstrip("/") + _TRACES_PATH
