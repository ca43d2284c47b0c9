"""What a mail resource says: where its server is, as whom it is used, and how the line is kept safe."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.api import StepFailed

Security = Literal["starttls", "tls", "none"]

PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_SHORTEST_SECRET = 3  # characters; shorter ones would tear words apart


class MailSettings(Struct, frozen=True, kw_only=True):
    """A resource's config and options together."""

    host: str
    port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    username: str | None = None
    password: str | None = None
    security: Security = "starttls"
    ca_file: str | None = None
    allow_plain_auth: bool = False
    connect_timeout_seconds: Annotated[float, Meta(gt=0)] = 10
    timeout_seconds: Annotated[float, Meta(gt=0)] = 30

    @property
    def actual_port(self) -> int:
        """The port: where it is not written, the one that the kind of security has."""
        return self.port or PORTS[self.security]

    def without_credentials(self, text: str) -> str:
        """Give a text in which no credential stands, whether the run knows it as a secret or not."""
        from base64 import b64encode  # deferred: only wanted when something is wrong

        password = self.password or ""
        if len(password) < _SHORTEST_SECRET:
            return text
        sent = (f"\0{self.username}\0{password}".encode(), password.encode())
        for secret in (*(b64encode(each).decode() for each in sent), password):
            text = text.replace(secret, "***")
        return text


def settings_of(config: Mapping[str, Any], options: Mapping[str, Any]) -> MailSettings:
    """Read a resource's values; raises StepFailed, which holds no value of them."""
    try:
        settings = msgspec.convert({**config, **options}, MailSettings, strict=False)
    except msgspec.ValidationError as error:
        raise StepFailed(str(error)) from None
    if (settings.username is None) != (settings.password is None):
        raise StepFailed("it has one of username and password: it needs both, or neither")
    if settings.username is not None and settings.security == "none" and not settings.allow_plain_auth:
        raise StepFailed(
            "its password would be sent without TLS: write `security: starttls` or `tls`, or, where nobody else is on"
            " the way, `allow_plain_auth: true`"
        )
    return settings
