"""Where a remote folder is: a URL that fsspec understands, without any credentials in it."""

import re
from urllib.parse import SplitResult, quote, urlsplit

from msgspec import Struct

from aetherflow.core.bundles.remote_folders.messages import Failure, Refused

#: Schemes that mean the same, by the name that a resource's driver has.
FAMILIES = {
    "sftp": "sftp",
    "ssh": "sftp",
    "http": "http",
    "https": "http",
    "s3": "s3",
    "s3a": "s3",
    "smb": "smb",
    "file": "file",
    "local": "file",
}
#: What stands for another file system, or for the inside of a file, and is no place by itself.
_NO_PLACES = frozenset(
    {"asynclocal", "async_wrapper", "asyncwrapper", "blockcache", "cached", "data", "dir", "filecache", "generic"}
    | {"libarchive", "memory", "reference", "simplecache", "tar", "zip"}
)
#: fsspec's way to write one file system over another.
_CHAIN = re.compile(r"::[A-Za-z][\w+.-]*(?:://|::|$)")
#: Where the URL begins with a host; elsewhere only fsspec knows what its parts mean.
_WITH_HOST = ("sftp", "smb", "http")


class RemoteLocation(Struct, frozen=True, kw_only=True):
    """A remote folder. ``family`` is its scheme, by one name for those that mean the same; ``url`` names no user."""

    url: str
    family: str
    host: str = ""
    username: str | None = None


def read_location(location: str) -> RemoteLocation:
    """Take a location apart; raises Refused where it names no remote folder."""
    scheme = location.partition("://")[0].lower()
    if "://" not in location or not scheme:
        raise _refused("it is no URL", "for a folder of this machine write `type: filesystem`")
    if is_no_place(scheme) or is_chained(location):
        raise _refused("it is no place by itself", "name the folder itself; `type: archive` unpacks archives")
    parts = _parts(location)
    if parts.query or parts.fragment:
        raise _refused('a folder has no "?…" and no "#…" at its end', "write the URL of the folder alone")
    family = FAMILIES.get(scheme, scheme)
    # As it is written: of schemes that it does not know, Python's reader forgets slashes (`hdfs:///orders`).
    return _checked(parts, family) if family in _WITH_HOST else RemoteLocation(url=location, family=family)


def is_no_place(scheme: str) -> bool:
    """Tell the scheme of what stands for another file system, or for the inside of a file."""
    return scheme in _NO_PLACES


def is_chained(location: str) -> bool:
    """Tell whether a location is one file system over another."""
    return _CHAIN.search(location) is not None


def _checked(parts: SplitResult, family: str) -> RemoteLocation:
    host, username = _authority(parts)
    if not host:
        raise _refused("it names no host", f"for example {parts.scheme}://files.example.com/orders")
    place = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    if family == "http":  # a blank or a letter beyond ASCII, as people write them
        place = place._replace(path=quote(place.path, safe="/%:@!$&'()*+,;=~"))
    return RemoteLocation(url=place.geturl(), family=family, host=host, username=username)


def _authority(parts: SplitResult) -> tuple[str | None, str | None]:
    try:
        _ = parts.port  # raises where it is none
        return parts.hostname, parts.username or None
    except ValueError as error:
        raise _refused(f"it is no URL: {str(error).lower()}", "correct it") from None


def _parts(location: str) -> SplitResult:
    try:
        return urlsplit(location)
    except ValueError as error:
        raise _refused(f"it is no URL: {str(error).lower()}", "correct it") from None


def _refused(reason: str, hint: str) -> Refused:
    return Refused(Failure(kind="scheme", reason=reason, hint=hint))
