"""What can go wrong with a web server, in words. What a library says is not shown: it may have a secret in it."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from aetherflow.core.bundles.file_tree.faults import SourceFault

_TRY_AGAIN = "see whether the server is up; the same command tries again"
_HINTS = {
    401: "look at the credentials of the `resource`, or name one: it has a token, or a user and password",
    403: "see whether who is signed in by the `resource` may read it",
    404: "look at the URL; some servers answer this to whoever is not signed in",
    407: "the proxy wants a user and password: write them into HTTPS_PROXY, or `proxy` of a resource",
    410: "it was taken away: look for where it is now",
    429: "it was asked too often: try again later",
}


def status_fault(response: httpx.Response) -> SourceFault:
    """Say that a server gives no archive."""
    status = response.status_code
    said = " ".join(filter(None, (str(status), httpx.codes.get_reason_phrase(status))))
    hint = _HINTS.get(status) or (
        _TRY_AGAIN if status >= 500 else "look at the URL: it must lead to the archive itself"
    )
    return SourceFault("AF-B144", f"the server answers {said}", hint)


def exchange_fault(error: httpx.HTTPError, host: str, stall_seconds: float) -> SourceFault:
    """Say why a server cannot be asked."""
    if isinstance(error, httpx.ConnectTimeout):
        return SourceFault("AF-B143", f'"{host}" cannot be reached: it does not answer', _TRY_AGAIN)
    if isinstance(error, httpx.TimeoutException):
        return SourceFault("AF-B146", f"nothing came for {stall_seconds:g} seconds", _TRY_AGAIN)
    if isinstance(error, httpx.ProxyError):
        return SourceFault(
            "AF-B143",
            f'the proxy gives no way to "{host}"',
            "look at `proxy` of the resource, HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
        )
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return SourceFault("AF-B141", "its URL cannot be asked for", "write an http or https URL")
    if isinstance(error, httpx.ProtocolError):
        what = f'what answers at "{host}" does not speak HTTP as it should'
        return SourceFault("AF-B143", what, "look at the URL: its scheme, host and port")
    return _unreachable(error, host)


def interrupted(received_bytes: int, response: httpx.Response) -> SourceFault:
    """Say that a connection ended before all had come."""
    length = response.headers.get("content-length", "")
    of_all = f" of {int(length):,}" if length.isascii() and length.isdigit() else ""
    return SourceFault("AF-B147", f"the connection ended after {received_bytes:,}{of_all} bytes", _TRY_AGAIN)


def more_than_announced(length: int) -> SourceFault:
    """Say that what came behind the announced end would have been lost."""
    what = f"the server sends more than the {length:,} bytes that it announced"
    hint = "the `Content-Length` of the server is wrong: whoever runs it has to correct that"
    return SourceFault("AF-B147", what, hint)


def _unreachable(error: httpx.HTTPError, host: str) -> SourceFault:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            what = f'"{host}" does not prove who it is: {cause.verify_message}'
            return SourceFault(
                "AF-B167",
                what,
                "where a company has its own authority, SSL_CERT_FILE names the file of its certificates",
            )
        if isinstance(cause, ssl.SSLError):
            said = (cause.reason or "no agreement").replace("_", " ").lower()
            return SourceFault(
                "AF-B167", f'TLS with "{host}" fails: {said}', "look at the URL: its scheme, host and port"
            )
        if isinstance(cause, socket.gaierror):
            return SourceFault(
                "AF-B143", f'there is no host "{host}"', "look at the URL, and at this machine's network"
            )
        if isinstance(cause, OSError) and cause.strerror:
            what = f'"{host}" cannot be reached: {cause.strerror.lower()}'
            return SourceFault("AF-B143", what, _TRY_AGAIN)
    return SourceFault("AF-B143", f'"{host}" cannot be reached', _TRY_AGAIN)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
