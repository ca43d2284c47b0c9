"""One question to a web server, redirects followed, within the time that there is."""

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
from msgspec import Struct

from aetherflow.core.bundles.archives.member import PIECE_BYTES
from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.downloads.cut_off import CutOff
from aetherflow.core.bundles.downloads.http_faults import exchange_fault, interrupted, more_than_announced
from aetherflow.core.bundles.downloads.sign_in import SignIn
from aetherflow.core.bundles.downloads.surplus import Wire, announced_length
from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.version import VERSION

MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_CONNECT_SECONDS = 10.0
_SHORTEST_SECONDS = 0.001  # no time at all would mean not to wait, which is another error
_ABOUT_NOW_SECONDS = 0.1
_WIRE = "aetherflow.wire"
_Headers = Sequence[tuple[bytes, bytes]]

# Compression on the way would hide the length, and unpack what is an archive of its own: `.tar.gz` is the content.
_ALWAYS: _Headers = (
    (b"User-Agent", f"aetherflow/{VERSION}".encode()),
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"identity"),
    (b"Connection", b"close"),  # what came behind the answer is told from what is still to come
)


class Patience(Struct, frozen=True):
    """How long to wait: until the deadline in all, and so long for the next bytes."""

    deadline: Deadline
    stall_seconds: float

    def check(self) -> None:
        """Raise TimeIsUp if it is: a connection that was cut off then ends as if the server had ended it."""
        self.deadline.check(_ABOUT_NOW_SECONDS)

    def timeout(self) -> httpx.Timeout:
        """Give what a single reading or writing may take."""
        remaining = max(self.deadline.remaining_seconds(), _SHORTEST_SECONDS)
        stall = min(self.stall_seconds, remaining)
        return httpx.Timeout(stall, connect=min(_CONNECT_SECONDS, remaining))


@contextmanager
def answer_of(location: str, sign_in: SignIn, headers: _Headers, patience: Patience) -> Iterator[httpx.Response]:
    """Ask for a location, and give the answer with its content still to come. Raises SourceFault, or TimeIsUp."""
    url = _url(location)
    wire = Wire()
    with CutOff(patience.deadline) as cut_off, _client(sign_in) as client:
        for _ in range(MOST_REDIRECTS + 1):
            credentials = sign_in.headers if _origin(url) == _origin(_url(location)) else ()
            request = client.build_request(
                "GET",
                url,
                headers=[*_ALWAYS, *headers, *credentials],
                timeout=patience.timeout(),
                extensions={"trace": _watched(cut_off, wire)},
            )
            with _told_of(url, patience):
                response = _sent(client, request)
                try:
                    if response.status_code not in _REDIRECTS:
                        response.extensions[_WIRE] = wire
                        yield response
                        return
                    url = _next_url(url, response)
                finally:
                    response.close()
    raise _misled(f"it is redirected more than {MOST_REDIRECTS} times")


def pieces_of(response: httpx.Response, patience: Patience) -> Iterator[bytes]:
    """Give the content of an answer as it comes; raises SourceFault where its length is not as told, or TimeIsUp."""
    _check_end(response, patience)
    try:
        for piece in response.iter_raw(PIECE_BYTES):
            _check_end(response, patience)  # before the library closes the connection behind the last one
            yield piece
    except (httpx.ProtocolError, httpx.NetworkError) as error:
        patience.check()
        raise interrupted(response.num_bytes_downloaded, response) from error


def _check_end(response: httpx.Response, patience: Patience) -> None:
    """Raise SourceFault where the announced length has come, and more with it."""
    length = announced_length(response)
    wire: Wire = response.extensions[_WIRE]
    if length == response.num_bytes_downloaded and wire.has_more(length, response, patience.deadline):
        raise more_than_announced(length)


def _watched(cut_off: CutOff, wire: Wire) -> Callable[[str, Mapping[str, Any]], None]:
    def watch(event: str, details: Mapping[str, Any]) -> None:
        cut_off.watch(event, details)
        wire.watch(event, details)

    return watch


@contextmanager
def _told_of(url: httpx.URL, patience: Patience) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        patience.check()
        raise exchange_fault(error, url.host, patience.stall_seconds) from None


def _sent(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    try:
        return client.send(request, stream=True)
    except (UnicodeError, OverflowError):  # of the socket library, about hosts and ports that cannot be
        raise _unreadable() from None


def _client(sign_in: SignIn) -> httpx.Client:
    try:
        return httpx.Client(verify=_authorities(sign_in.ca_file), proxy=sign_in.proxy)
    except (ImportError, OSError, ValueError):  # what they say may have the password of a proxy in it
        raise SourceFault(
            "AF-B166",
            "this machine's settings for the web cannot be used",
            "look at the files that SSL_CERT_FILE and `ca_file` name, and at `proxy`, HTTPS_PROXY, HTTP_PROXY and"
            " ALL_PROXY (a SOCKS proxy wants the package httpx[socks])",
        ) from None


def _authorities(ca_file: str | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    return ssl.create_default_context(cafile=ca_file)


def _url(location: str) -> httpx.URL:
    try:
        url = httpx.URL(location)
        usable = url.scheme in ("http", "https") and bool(url.host)
    except httpx.InvalidURL:
        usable = False
    if not usable:
        raise _unreadable()
    if url.userinfo:
        raise SourceFault(
            "AF-B141", "its URL has credentials in it, and URLs are shown and recorded", "sign in by a `resource`"
        )
    return url


def _unreadable() -> SourceFault:
    return SourceFault("AF-B141", "its URL cannot be read", "write it as https://host/path/to/archive.tar.gz")


def _next_url(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    if response.next_request is None:
        raise _misled("it is redirected, and not told where to")
    target = response.next_request.url.copy_with(userinfo=b"")
    if target.scheme not in ("http", "https") or not target.host:
        raise _misled("it is redirected to what is no web server")
    if url.scheme == "https" and target.scheme == "http":
        raise _misled(f'"{url.host}" redirects it from https to http, where anybody on the way can change it')
    return target


def _misled(what: str) -> SourceFault:
    return SourceFault("AF-B145", what, "write the URL that it leads to in the end, if that is to be trusted")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
