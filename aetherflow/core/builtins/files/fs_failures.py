"""What fsspec's file systems raise, in our words; told apart by the names of classes and by codes."""

import errno
from typing import Any

from aetherflow.core.builtins.resource_use import Trouble

_CREDENTIALS = "look at the credentials in the resource's config"
_SIGN_IN_NAMES = {
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "ProfileNotFound",
    "LogonFailure",
    "SMBAuthenticationError",
    "WrongPassword",
    "SpnegoError",
}
#: A share's way to say that something is missing for which smbprotocol knows no errno.
_NO_SUCH_FILE = 0xC000000F
_SIGN_IN_CODES = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "RequestTimeTooSkewed")
_REFUSED = Trouble("the connection was refused", "look whether the server runs, and at its address")
_LATE = Trouble("no answer came in time", "look whether the server is well, or raise `timeout_seconds` in its options")
_BROKEN = Trouble("the connection broke off", "look whether the server is well; `retry` on the step tries again")
_NAMES = {
    "EndpointConnectionError": _REFUSED,
    "ClientConnectorError": _REFUSED,
    "ConnectTimeoutError": _LATE,
    "ReadTimeoutError": _LATE,
    "FSTimeoutError": _LATE,
    "ConnectionClosedError": _BROKEN,
    "IncompleteRead": _BROKEN,
    "IncompleteReadError": _BROKEN,
    "ResponseStreamingError": _BROKEN,
    "ClientPayloadError": _BROKEN,
    "ServerDisconnectedError": _BROKEN,
    "SMBConnectionClosed": _BROKEN,
    "FileExpired": Trouble("a file changed while it was read", "`retry` on the step tries again"),
}


def explain(error: Exception) -> Trouble | None:
    """Give the words for an error of a file system, None where the library's own, or the system's, will do."""
    for each in _chain(error):
        names = {cls.__name__ for cls in type(each).__mro__}
        if not names.isdisjoint(_SIGN_IN_NAMES) or _code(each) in _SIGN_IN_CODES:
            return Trouble("the server does not take the credentials", _CREDENTIALS)
        if found := next((_NAMES[name] for name in names if name in _NAMES), None):
            return found
    return _of_system(error) if isinstance(error, OSError) else None


def is_missing(error: OSError) -> bool:
    """Tell that something is not there, also as shares say it."""
    return isinstance(error, FileNotFoundError) or getattr(error, "ntstatus", 0) == _NO_SUCH_FILE


def _of_system(error: OSError) -> Trouble | None:
    if isinstance(error, PermissionError) or error.errno == errno.EACCES:
        return Trouble("that is not allowed: permission denied", "look at the rights of who signs in")
    if is_missing(error):
        return Trouble("there is no such file, folder or bucket", "upper and lower case count")
    if isinstance(error, NotADirectoryError):
        return Trouble("a file stands where a folder should")
    if isinstance(error, IsADirectoryError):
        return Trouble("a folder stands where a file should")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS) and error.strerror:
        return Trouble(error.strerror.lower())
    return None


def _code(error: BaseException) -> str | None:
    """Give the code of an S3 error, which botocore's ClientError keeps in what the server answered."""
    response: Any = getattr(error, "response", None)
    return response.get("Error", {}).get("Code") if isinstance(response, dict) else None


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 8:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain
