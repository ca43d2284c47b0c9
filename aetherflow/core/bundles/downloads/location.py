"""Where an archive is: a file of this machine, or a URL."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aetherflow.core.bundles.file_tree.faults import SourceFault

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://|$)")
_HTTP = ("http", "https")


def local_path(location: str, folder: Path) -> Path | None:
    """Give the path of a local archive, relative ones below ``folder``; None for a URL. Raises SourceFault."""
    match = _SCHEME.match(location)
    if match is None:
        return folder / location
    scheme = match[1].lower()
    if scheme in _HTTP:
        return None
    if scheme != "file":
        raise _unusable(
            f'nothing here fetches archives from "{scheme}://"',
            "write a path, or an http or https URL; folders elsewhere are sources of type remote",
        )
    return _path_of(location)


def _path_of(location: str) -> Path:
    try:
        uri = urlsplit(location)
    except ValueError:
        raise _unusable("its URL cannot be read", "write the path itself, or file:///path/to/archive.zip") from None
    if uri.netloc not in ("", "localhost"):
        raise _unusable(
            'a "file://" URI names a file of this machine, not of another',
            "write three slashes before an absolute path: file:///srv/bundles/orders.zip",
        )
    return Path(unquote(uri.path))


def _unusable(what: str, hint: str) -> SourceFault:
    return SourceFault("AF-B141", what, hint)
