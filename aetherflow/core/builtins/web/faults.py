"""What can go wrong with a web service, in words; what the library says may hold a credential, and is not shown."""

import re
from http import HTTPStatus

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.resource_use import Trouble, trouble_of
from aetherflow.core.builtins.web.addresses import no_web_server
from aetherflow.core.builtins.web.settings import WebSettings

_HINTS = {
    400: "look at `path`, `query` and what is sent",
    401: "look at username and password, or token, in the resource's config",
    403: "see whether who is signed in may do that",
    404: "look at `base_url` and `path`; some servers answer this to whoever is not signed in",
    405: "look at `method`",
    407: "the proxy wants a user and password: write them into `proxy` of the options, or HTTPS_PROXY",
    413: "it is too much for this server",
    415: "look at `content_type`",
    429: "it was asked too often: raise `max_attempts` or `max_backoff_seconds` in the resource's options",
}
_AGAIN = "look whether the server is well; `retry` on the step tries again"
_RECEIVED = re.compile(r"received (\d+) bytes, expected (\d+)")


def status_words(status: int) -> str:
    """Give a status with its name: `404 Not Found`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def status_failure(method: str, url: str, status: int, said: str, sent: int) -> StepFailed:
    """Give the failure of an answer that was not expected, with the first words of what the server said."""
    message = f"{method} {url}: the server answers {status_words(status)}{counted(sent)}"
    hint = _HINTS.get(status) or (_AGAIN if status >= 500 else "`expect_status` says which answers are right")
    return StepFailed(message + (f": {said}" if said else ""), hint=hint, outputs={"status": status})


def counted(sent: int) -> str:
    """Say how many requests were made, where it was more than one."""
    return f" ({sent} requests)" if sent > 1 else ""


def trouble_with(error: Exception, settings: WebSettings) -> Trouble:
    """Give the words for what httpx, or the system below it, raised."""
    import httpx  # deferred: an extra, which is there by now

    if isinstance(error, httpx.ConnectTimeout):
        words = f"no connection came about within {settings.connect_timeout_seconds:g} seconds"
        return Trouble(words, "look whether the server is well, or raise `connect_timeout_seconds` in its options")
    if isinstance(error, httpx.TimeoutException):
        words = f"no answer came within {settings.timeout_seconds:g} seconds"
        return Trouble(words, "look whether the server is well, or raise `timeout_seconds` in its options")
    if isinstance(error, httpx.ProxyError):
        return Trouble(
            "the proxy gives no way to it", "look at `proxy` of the options, HTTPS_PROXY, HTTP_PROXY, NO_PROXY"
        )
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL | UnicodeError):
        return Trouble("it cannot be asked like this", "look at `base_url`, `path` and `headers`")
    if isinstance(error, httpx.ProtocolError):
        return _protocol_trouble(str(error))
    if isinstance(error, httpx.DecodingError):
        return Trouble("what the server sends cannot be decompressed", _AGAIN)
    if isinstance(error, httpx.HTTPError):
        return _known_cause(error)
    return trouble_of(error)


def may_pass(error: Exception) -> bool:
    """Tell whether the same request may succeed when it is made again."""
    import httpx  # deferred: as above

    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return False
    return isinstance(error, httpx.TransportError) and "CERTIFICATE_VERIFY_FAILED" not in str(error)


def may_have_arrived(error: Exception) -> bool:
    """Tell whether the server may have got the request; not where there was no connection to send it over."""
    import httpx  # deferred: as above

    never_sent = httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError | httpx.LocalProtocolError
    return isinstance(error, httpx.TransportError) and not isinstance(error, never_sent)


def _protocol_trouble(said: str) -> Trouble:
    if found := _RECEIVED.search(said):
        received, expected = map(int, found.groups())
        return Trouble(f"the connection ended after {received:,} of {expected:,} bytes", _AGAIN)
    if "location header" in said:
        failed = no_web_server()
        return Trouble(failed.message, failed.hint)
    if "disconnect" in said.lower() or "peer closed" in said:
        return Trouble("the connection ended before the whole answer had come", _AGAIN)
    return Trouble("what answers does not speak HTTP as it should", "look at `base_url`: its scheme, host and port")


def _known_cause(error: Exception) -> Trouble:
    known = trouble_of(error)
    if known.message != " ".join(str(error).split()):
        return known
    return Trouble("the connection broke off, or did not come about", _AGAIN)
