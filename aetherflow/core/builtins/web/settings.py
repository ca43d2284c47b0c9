"""What a rest resource says: where its service is, as whom it is asked, and with how much patience."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.api import StepFailed

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
#: Of these, what is written would contradict what is sent.
_OUR_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
_SHORTEST_SECRET = 3  # characters; shorter ones would tear words apart


class WebSettings(Struct, frozen=True, kw_only=True):
    """A resource's config and options together."""

    base_url: str
    headers: dict[str, str] = {}
    username: str | None = None
    password: str | None = None
    token: str | None = None
    connect_timeout_seconds: Annotated[float, Meta(gt=0)] = 10
    timeout_seconds: Annotated[float, Meta(gt=0)] = 30
    max_attempts: Annotated[int, Meta(ge=1)] = 3
    backoff_seconds: Annotated[float, Meta(ge=0)] = 0.5
    max_backoff_seconds: Annotated[float, Meta(ge=0)] = 30
    max_redirects: Annotated[int, Meta(ge=0)] = 5
    verify: bool = True
    ca_file: str | None = None
    proxy: str | None = None

    @property
    def credentials(self) -> dict[str, str]:
        """The headers that are for the service and no other server."""
        return {**checked_headers(self.headers), **self._authorization()}

    def without_credentials(self, text: str) -> str:
        """Give a text in which no credential stands, whether the run knows it as a secret or not."""
        for secret in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    def _authorization(self) -> dict[str, str]:
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if self.username is not None:
            pair = f"{self.username}:{self.password or ''}"
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return {}

    def _secrets(self) -> Iterator[str]:
        sent = self._authorization().get("Authorization", "").partition(" ")[2]
        in_proxy = urlsplit(self.proxy or "").password
        # A header is seldom secret, and then long: a key.
        keys = [value for name, value in self.headers.items() if re.search("auth|key|token|secret|cookie", name, re.I)]
        for secret in (self.password, self.token, sent, in_proxy, *keys):
            if secret and len(secret) >= _SHORTEST_SECRET:
                yield secret


def settings_of(config: Mapping[str, Any], options: Mapping[str, Any]) -> WebSettings:
    """Read a resource's values; raises StepFailed, which holds no value of them."""
    try:
        settings = msgspec.convert({**config, **options}, WebSettings, strict=False)
    except msgspec.ValidationError as error:
        raise StepFailed(str(error)) from None
    if settings.token and settings.username is not None:
        raise StepFailed("it has a token and a username: leave one of them out")
    if settings.password and settings.username is None:
        raise StepFailed("it has a password and no username")
    _check_base(settings.base_url)
    return settings


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Give headers that can be sent; raises StepFailed, which names the header and does not show its value."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise StepFailed(f"no header can be named {name!r}")
        if name.lower() in _OUR_HEADERS:
            raise StepFailed(f'the header "{name}" is made of what is sent, and cannot be written')
        if _CONTROL.search(value):
            raise StepFailed(f'the header "{name}" has a line break or another character that none can have')
    return dict(headers)


def _check_base(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise StepFailed("its base_url is no URL: write https://host/path")
    if parts.username is not None or parts.password is not None:
        raise StepFailed("its base_url has credentials in it: write them into username and password, or token")
    if parts.query or parts.fragment or _CONTROL.search(base_url):
        raise StepFailed("its base_url has more than scheme, host, port and path")
