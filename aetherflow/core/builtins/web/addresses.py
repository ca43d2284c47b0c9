"""Where requests go: a path joined to a service's URL, never to another server."""

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from msgspec import Struct

from aetherflow.core.api import StepFailed

_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Redirects after which the same is sent to the other place; 301 is one of them for methods that only read.
_SAME_AGAIN = frozenset({307, 308})
#: Redirects that say where to read what came of it.
_READ_THERE = frozenset({302, 303})
REDIRECTS = _SAME_AGAIN | _READ_THERE | {301}


class Hop(Struct, frozen=True):
    """Where a redirect leads, and what goes there."""

    method: str
    url: str
    has_body: bool
    has_credentials: bool


def joined(base_url: str, path: str) -> str:
    """Give the URL of a path below a service's own; StepFailed for what would lead elsewhere."""
    if "://" in path or path.startswith("//"):
        raise StepFailed("`path` is a whole URL", hint="write the path below the resource's `base_url`")
    if "?" in path or "#" in path:
        raise StepFailed("`path` has a `?` or a `#` in it", hint="write parameters into `query`; as text, %3F and %23")
    if _CONTROL.search(path):
        raise StepFailed("`path` has a line break, a backslash, or another character that none can have")
    if any(unquote(part) in (".", "..") for part in path.split("/")):
        raise StepFailed("`path` has a part that is `.` or `..`", hint="write the path itself")
    return f"{base_url.rstrip('/')}/{path.lstrip('/')}" if path else base_url


def next_page(current: str, target: str, service: str) -> str:
    """Give the URL of the next page, which the service must have itself; ``target`` may be relative."""
    url = _clean(current, target)
    if url is None or not is_same_server(service, url):
        raise StepFailed(
            "the link to the next page leads to another server", hint="it is not followed: nothing is lost"
        )
    return url


def next_hop(method: str, current: str, status: int, target: str, service: str) -> Hop:
    """Decide where a redirect leads; StepFailed where it is not followed."""
    url = _clean(current, target)
    if url is None:
        raise no_web_server()
    if current.startswith("https:") and url.startswith("http:"):
        raise _misled("http, from https: anybody on the way could change the answer")
    reads = method in ("GET", "HEAD")
    is_home = is_same_server(service, url)
    if reads or status in _READ_THERE:
        return Hop(method if reads else "GET", url, False, is_home)
    if status not in _SAME_AGAIN:
        raise _misled(f"another place, by {status}, after which many clients would send something else")
    if not is_home:
        raise _misled("another server, which shall not get what is sent")
    return Hop(method, url, True, True)


def is_same_server(service: str, url: str) -> bool:
    """Tell whether a URL is of the same server, or of the same host by https where the service is asked by http."""
    one, other = urlsplit(service), urlsplit(url)
    if one.hostname != other.hostname:
        return False
    is_upgrade = (one.scheme, _port(one), other.scheme, _port(other)) == ("http", 80, "https", 443)
    return is_upgrade or (one.scheme, _port(one)) == (other.scheme, _port(other))


def _clean(current: str, target: str) -> str | None:
    """Give the URL of a target without credentials and fragment, None where it is no web server's."""
    try:
        parts = urlsplit(urljoin(current, target))
        _port(parts)
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _port(parts: SplitResult) -> int | None:
    return parts.port or _DEFAULT_PORTS.get(parts.scheme)


def no_web_server() -> StepFailed:
    """Give the failure of a redirect to what cannot be asked."""
    return _misled("what is no web server")


def _misled(where: str) -> StepFailed:
    return StepFailed(f"it is redirected to {where}", hint="if that is right, write it into `base_url` or `path`")
