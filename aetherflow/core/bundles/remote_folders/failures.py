"""What the libraries for the schemes raise, in our words.

They are told apart by the names of their classes: none of the libraries needs to be there for that.
"""

import errno
import os
import re
from collections.abc import Iterator
from typing import Any

from aetherflow.core.bundles.remote_folders.messages import Failure, FailureKind, Refused

#: By the class, or one that it inherits from.
_KINDS: dict[str, FailureKind] = {
    # ssh
    "AuthenticationException": "sign_in",
    "NoValidConnectionsError": "connection",
    "IncompatiblePeer": "connection",
    # s3
    "NoCredentialsError": "sign_in",
    "PartialCredentialsError": "sign_in",
    "CredentialRetrievalError": "sign_in",
    "ProfileNotFound": "sign_in",
    "NoAuthTokenError": "sign_in",
    "ParamValidationError": "options",
    "EndpointConnectionError": "connection",
    "ConnectTimeoutError": "connection",
    "ProxyConnectionError": "connection",
    "ReadTimeoutError": "stalled",
    "ConnectionClosedError": "lost",
    "IncompleteReadError": "lost",
    "ResponseStreamingError": "lost",
    # http
    "ClientConnectorCertificateError": "connection",
    "ClientConnectorDNSError": "host",
    "ClientConnectorError": "connection",
    "ConnectionTimeoutError": "connection",
    "ServerDisconnectedError": "lost",
    "ClientPayloadError": "lost",
    "ServerTimeoutError": "stalled",
    # smb
    "LogonFailure": "sign_in",
    "WrongPassword": "sign_in",
    "PasswordExpired": "sign_in",
    "SMBAuthenticationError": "sign_in",
    "SpnegoError": "sign_in",
    "BadNetworkName": "missing",
    "SMBConnectionClosed": "lost",
    # all of them
    "gaierror": "host",
    "SSLError": "connection",
    "IncompleteRead": "lost",
    "EOFError": "lost",
    "UnicodeDecodeError": "name",
    "ModuleNotFoundError": "library",
}
_ERRNOS: dict[int, FailureKind] = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "not_a_folder",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ECONNREFUSED: "connection",
    errno.EHOSTUNREACH: "connection",
    errno.ENETUNREACH: "connection",
    errno.EHOSTDOWN: "connection",
    errno.ECONNRESET: "lost",
    errno.ECONNABORTED: "lost",
    errno.EPIPE: "lost",
    errno.ENOTCONN: "lost",
}
#: What paramiko has no classes and no numbers for.
_TEXTS: dict[str, FailureKind] = {
    "No authentication methods available": "sign_in",
    "Socket is closed": "lost",
}
#: By the number with which an FTP server begins its refusals.
_FTP_REPLIES: dict[str, FailureKind] = {"421": "connection", "530": "sign_in", "532": "sign_in", "550": "denied"}
#: What S3 answers where it does not know who asks; all of it comes as "permission denied".
_SIGN_IN_CODES = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "RequestTimeTooSkewed")
#: A share's way to say that something is missing for which smbprotocol knows no errno.
_NO_SUCH_FILE = 0xC000000F
_ERRNO_OF_CALL = re.compile(r"\[Errno (\d+)\] Connect call failed")
_RECEIVED = re.compile(r"received (?P<came>\d+) of (?P<all>\d+) bytes")
_ALREADY_CHANGED = ("PreconditionFailed", "412")


def failure_of(error: Exception, *, is_connected: bool) -> Failure:
    """Say what an error of a library comes to. Before the server has answered, a lost connection is one never had."""
    if isinstance(error, Refused):
        return error.failure
    chain = list(_chain(error))
    told = [(kind, link) for judge in (_kind_by_name, _kind_of_os_error) for link in chain if (kind := judge(link))]
    kind, link = told[0] if told else ("other", error)
    if not is_connected and kind in ("lost", "stalled"):
        kind = "connection"
    if not is_connected and kind == "other" and _is_of(error, "SSHException"):
        kind = "connection"
    return Failure(kind=kind, reason=_words(link))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and what it came of; the outermost first."""
    current: BaseException | None = error
    for _ in range(8):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _kind_by_name(error: BaseException) -> FailureKind | None:
    if code := _code(error):
        if code in _SIGN_IN_CODES:
            return "sign_in"
        return "changed" if code in _ALREADY_CHANGED else None
    names = [cls.__name__ for cls in type(error).__mro__]
    if "error_perm" in names or "error_temp" in names:  # of ftplib
        return _FTP_REPLIES.get(str(error)[:3])
    return next((_KINDS[name] for name in names if name in _KINDS), _TEXTS.get(str(error)))


def _code(error: BaseException) -> str | None:
    """Give the code of an S3 error, which botocore's ClientError keeps in what the server answered."""
    response: Any = getattr(error, "response", None)
    return response.get("Error", {}).get("Code") if isinstance(response, dict) else None


def _is_of(error: BaseException, name: str) -> bool:
    return any(cls.__name__ == name for cls in type(error).__mro__)


def _kind_of_os_error(error: BaseException) -> FailureKind | None:
    if isinstance(error, FileNotFoundError) or getattr(error, "ntstatus", 0) == _NO_SUCH_FILE:
        return "missing"
    if isinstance(error, PermissionError):
        return "denied"
    if isinstance(error, NotADirectoryError):
        return "not_a_folder"
    if isinstance(error, TimeoutError):
        return "stalled"
    if isinstance(error, OSError):
        return _ERRNOS.get(error.errno or 0)
    return "library" if isinstance(error, ImportError) else None


def _words(error: BaseException) -> str:
    """Give what an error says, on one line; its class where it says nothing."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return error.name.partition(".")[0]
    if _is_of(error, "NoValidConnectionsError"):
        return "; ".join(sorted({_os_words(inner) for inner in getattr(error, "errors", {}).values()}))
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, OSError):
        return _os_words(error)
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, EOFError):
        return "it was closed"
    if _is_of(error, "ClientError"):
        return _words_of_aiohttp(error)
    return " ".join(str(error).split()) or type(error).__name__


def _words_of_aiohttp(error: BaseException) -> str:
    """Give what aiohttp says without what it shows: the inside of its parser, and parts of files that came."""
    if _is_of(error, "ClientPayloadError"):
        return _cut_short(error)
    if _is_of(error, "ClientResponseError"):
        first, _, _ = str(getattr(error, "message", "")).partition("\n")
        return f"what the server answers is no HTTP: {first.rstrip(':')}"
    return " ".join(str(error).split()) or type(error).__name__


def _cut_short(error: BaseException) -> str:
    """Say of an answer that ends too early how much came."""
    match = _RECEIVED.search(str(error))
    return f"{int(match['came']):,} of {int(match['all']):,} bytes came" if match else "it ended before all had come"


def _os_words(error: OSError) -> str:
    inner = getattr(error, "os_error", None)  # aiohttp wraps what the system said
    if isinstance(inner, OSError):
        return _os_words(inner)
    # asyncio tells whom it has called, and of several addresses all that it was told.
    numbers = [int(number) for number in _ERRNO_OF_CALL.findall(str(error))]
    if numbers:
        return "; ".join(sorted({os.strerror(number).lower() for number in numbers}))
    words = " ".join((error.strerror or str(error)).split())
    return words[:1].lower() + words[1:] if words else type(error).__name__
