"""What the process that reads a remote folder is asked, and what it answers."""

from typing import Any, Literal

from msgspec import Struct

from aetherflow.core.bundles.values import Limits

FailureKind = Literal[
    "library",  # a Python package is absent
    "scheme",  # fsspec knows no such scheme
    "options",  # the resource says what is not understood
    "host",  # no such host
    "connection",  # it cannot be reached
    "sign_in",  # it lets nobody in with these credentials
    "host_key_unknown",
    "host_key_changed",
    "missing",
    "not_a_folder",
    "not_a_file",
    "denied",
    "empty",
    "late",  # all the time there is, is over
    "stalled",  # nothing has come for a while
    "lost",  # the connection broke
    "name",  # a name that no file of a bundle may have
    "clash",  # two entries by one name
    "link",
    "special",  # a device, a pipe, a socket
    "many_entries",
    "large_file",
    "large_tree",
    "changed",
    "disk",  # what came cannot be written
    "other",
]


class Failure(Struct, frozen=True, kw_only=True, tag="failure"):
    """Why a folder was not read. ``reason`` is somebody's words, a library's perhaps; ``path`` is inside the folder."""

    kind: FailureKind
    reason: str = ""
    path: str = ""
    hint: str = ""


class Found(Struct, frozen=True, kw_only=True, tag="found"):
    """What a folder holds. ``fingerprint`` tells whether it is still the same; empty where the listing cannot tell.

    ``digest`` is that of the tree, where its files were fetched.
    """

    fingerprint: str
    files: int
    size_bytes: int
    digest: str = ""


class FoundFile(Struct, frozen=True, kw_only=True, tag="file"):
    """What a single file holds; None where it is still what was asked about. ``stamp`` changes with the content."""

    content: bytes | None
    stamp: str = ""


Answer = Failure | Found
FileAnswer = Failure | FoundFile


class Refused(Exception):
    """Ends the reading of a folder."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class SftpOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="family", tag="sftp"):
    """How to sign in by SSH, and which host key to expect; the files' paths are absolute."""

    username: str | None = None
    password: str | None = None
    private_key: str | None = None
    key_filename: str | None = None
    passphrase: str | None = None
    allow_agent: bool | None = None
    look_for_keys: bool | None = None
    known_hosts: str | None = None
    host_key: str | None = None
    strict_host_key: bool = True
    compress: bool = False


class HttpOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="family", tag="http"):
    """How to sign in by HTTP, and whom to trust."""

    username: str | None = None
    password: str | None = None
    token: str | None = None
    headers: dict[str, str] = {}
    ca_file: str | None = None
    proxy: str | None = None


class SmbOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="family", tag="smb"):
    """How to sign in to a share."""

    username: str | None = None
    password: str | None = None
    auth_protocol: Literal["negotiate", "ntlm", "kerberos"] = "negotiate"
    encrypt: bool | None = None
    require_signing: bool = True


class StorageOptions(Struct, frozen=True, kw_only=True, tag_field="family", tag="other"):
    """Options of fsspec's own class for a scheme, by its names for them."""

    values: dict[str, Any] = {}


Options = SftpOptions | HttpOptions | SmbOptions | StorageOptions


class Request(Struct, frozen=True, kw_only=True, tag="folder"):
    """What to read. ``url`` has no user in it; without ``into`` the folder is listed and nothing is fetched."""

    url: str
    options: Options
    limits: Limits
    idle_seconds: float
    into: str = ""


class FileRequest(Struct, frozen=True, kw_only=True, tag="file"):
    """A single file to read: ``name`` in the folder ``url``. ``known_stamp`` is that of the content that is known."""

    url: str
    name: str
    options: Options
    limits: Limits
    idle_seconds: float
    known_stamp: str = ""
