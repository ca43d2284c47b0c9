"""The observer that posts events to a URL."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from aetherflow.core.api import Event, EventType, ObserverPlugin
from aetherflow.core.builtins.observers.configuration import (
    TYPES_WORDS,
    Seconds,
    WrongConfig,
    need,
    server_of,
    settings_of,
)
from aetherflow.core.builtins.observers.webhook_delivery import Delivery, Target
from aetherflow.core.builtins.observers.webhook_message import message_of, signing_key


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """What `config` holds."""

    url: Annotated[str, Meta(description="an http:// or https:// URL without credentials")]
    types: Annotated[frozenset[EventType], Meta(description=TYPES_WORDS)] = frozenset(EventType)
    headers: Annotated[dict[str, str], Meta(description="a mapping of names of headers to texts")] = field(
        default_factory=dict
    )
    secret: Annotated[str | None, Meta(description="what messages are signed with: a text; whsec_… is base64")] = None
    ca_file: Annotated[str | None, Meta(description="the path of a file with certificates of authorities")] = None
    batch_events: Annotated[int, Meta(ge=1, le=1000, description="a whole number from 1 to 1000")] = 1
    timeout_seconds: Seconds = 5.0
    retries: Annotated[int, Meta(ge=0, le=20, description="a whole number from 0 to 20")] = 3
    backoff_seconds: Seconds = 0.5


class WebhookObserver(ObserverPlugin):
    """Posts events as JSON, in their order, each after the one before has arrived or was given up; needs httpx.

    A redirect is not followed, certificates are checked, and what is secret is in no message and no log.
    """

    def __init__(self, plugin_id: str, config: Mapping[str, Any] | None = None) -> None:
        super().__init__(plugin_id, config)
        settings = self._settings = settings_of(self.config, WebhookSettings)
        need("httpx", "httpx", "http")
        self._key = signing_key(settings.secret) if settings.secret else None
        self._waiting: list[Event] = []
        url = settings.url
        server = server_of(url)
        if server is None:
            raise WrongConfig("url", "must be an http:// or https:// URL without credentials")
        self._delivery = Delivery(
            Target(
                url=url,
                server=server,
                headers=settings.headers,
                ca_file=settings.ca_file,
                timeout_seconds=settings.timeout_seconds,
                retries=settings.retries,
                backoff_seconds=settings.backoff_seconds,
            )
        )

    def on_startup(self) -> None:
        """Make ready to send."""
        self._delivery.open()

    def on_event(self, event: Event) -> None:
        """Send the event, or as many as are sent together."""
        if event.type in self._settings.types:
            self._waiting.append(event)
        is_enough = len(self._waiting) >= self._settings.batch_events
        if is_enough or (self._waiting and event.type is EventType.RUN_FINISHED):
            self._send()

    def on_shutdown(self) -> None:
        """Send what is left."""
        try:
            if self._waiting:
                self._send()
        finally:
            self._delivery.close()

    def _send(self) -> None:
        events, self._waiting = self._waiting, []
        self._delivery.deliver(message_of(events, self._key))
