"""The connector of web services, by the library httpx."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.api import ConnectorBase, StepFailed, register_connector
from aetherflow.core.builtins.libraries import needed
from aetherflow.core.builtins.web.settings import WebSettings, settings_of

if TYPE_CHECKING:
    import ssl

    import httpx


@register_connector(kind="rest", driver="httpx")
class HttpxConnector(ConnectorBase):
    """Asks a web service by httpx, which `pip install 'aetherflow[http]'` brings.

    Every request has a connection of its own: one that was kept, and that the server has closed meanwhile, would leave
    it open whether a POST has arrived. No other server gets the credentials and headers of the resource. Proxies are
    those that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of the process name, unless `proxy` does.
    `connect()` gives a `httpx.Client` that has the URL, the headers and the credentials, for steps of your own; all
    else that is said of [`http_request`](../steps/http_request.md), attempts too, is that step's.
    Where a password or token may stand: [secret values](../../resources.md#secret-values).
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "base_url": {
                "type": "string",
                "minLength": 1,
                "description": "Where the service is: `https://host/path`, without credentials.",
            },
            "username": {"type": "string", "description": "Who signs in, with a `password` (basic authentication)."},
            "password": {
                "type": "string",
                "description": "The password.",
            },
            "token": {"type": "string", "description": "A bearer token, in place of a username; secret as well."},
            "headers": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "default": {},
                "description": "Further headers of every request to the service; no other server gets them.",
            },
        },
        "required": ["base_url"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "connect_timeout_seconds": {
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 10,
                "description": "How long opening a connection may take.",
            },
            "timeout_seconds": {
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 30,
                "description": "How long the server may send nothing; in twice that, under 512 bytes are nothing.",
            },
            "max_attempts": {
                "type": "integer",
                "minimum": 1,
                "default": 3,
                "description": "How many requests are made at most where a connection fails, or 429 or 5xx comes.",
            },
            "backoff_seconds": {
                "type": "number",
                "minimum": 0,
                "default": 0.5,
                "description": "How long to wait before the second request; then twice as long each time.",
            },
            "max_backoff_seconds": {
                "type": "number",
                "minimum": 0,
                "default": 30,
                "description": "The longest wait, also where the server asks for a longer one by `Retry-After`.",
            },
            "max_redirects": {
                "type": "integer",
                "minimum": 0,
                "default": 5,
                "description": "How many redirects are followed, one after another.",
            },
            "verify": {"type": "boolean", "default": True, "description": "Whether the certificate is checked."},
            "ca_file": {
                "type": "string",
                "minLength": 1,
                "description": "A file of authorities to trust, in the place of the usual ones.",
            },
            "proxy": {"type": "string", "minLength": 1, "description": "The URL of a proxy; it may have a password."},
        },
        "additionalProperties": False,
    }

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        self._client: httpx.Client | None = None

    @cached_property
    def settings(self) -> WebSettings:
        """Config and options together; raises StepFailed for what cannot be."""
        return settings_of(self.config, self.options)

    def connect(self) -> "httpx.Client":
        """Make the client ready, or give it; StepFailed where httpx is not there, or an option cannot be used."""
        needed("httpx", "http")
        if self._client is None:
            self._client = self._opened()
        return self._client

    def close(self) -> None:
        """Close the client, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def without_credentials(self, text: str) -> str:
        """Give a text in which no credential stands."""
        return self.settings.without_credentials(text)

    def _opened(self) -> "httpx.Client":
        import httpx  # deferred: an extra, and 60 ms

        settings = self.settings
        headers = {name.encode(): value.encode() for name, value in settings.credentials.items()}
        try:
            return httpx.Client(
                base_url=settings.base_url,
                headers=list(headers.items()),
                verify=self._authorities(),
                proxy=settings.proxy,
                timeout=httpx.Timeout(settings.timeout_seconds, connect=settings.connect_timeout_seconds),
                limits=httpx.Limits(max_keepalive_connections=0),
                follow_redirects=False,
            )
        except (ImportError, OSError, ValueError):  # what they say may have the password of a proxy in it
            raise StepFailed(
                "its way to the web cannot be used",
                hint="look at `ca_file` and `proxy` of its options, at SSL_CERT_FILE, HTTPS_PROXY, HTTP_PROXY and"
                " ALL_PROXY (a SOCKS proxy wants the package httpx[socks])",
            ) from None

    def _authorities(self) -> "ssl.SSLContext | bool":
        if not self.settings.verify:
            return False
        if self.settings.ca_file is None:
            return True
        import ssl  # deferred: httpx brings it

        return ssl.create_default_context(cafile=self.settings.ca_file)
