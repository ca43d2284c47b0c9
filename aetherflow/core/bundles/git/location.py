"""Where a git repository is: a URL, a host and a path as ssh knows them, or a folder; nothing that runs a command."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.file_tree.names import hint_for_missing
from aetherflow.core.bundles.shown_location import shown_location
from aetherflow.core.bundles.values import BundleSource

#: What git may speak. ``ext`` and other helpers run whatever the location says.
TRANSPORTS = ("https", "http", "ssh", "git", "file")

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")
_OF_SSH = re.compile(r"(?!/)[^/:]+:")  # host:path, with no slash before the colon
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: One of these is in a folder that git takes for a repository.
_SIGNS = (".git", "HEAD")
_HINT = "write a URL (https, ssh, git, http, file), host:path as ssh has it, or the path of a folder"


class GitLocation(Struct, frozen=True, kw_only=True):
    """A location as git gets it, without password. ``base`` is the server's part of an http URL.

    ``folder`` is set for a repository on this machine, ``username`` and ``password`` where the URL has them.
    """

    url: str
    base: str | None = None
    folder: Path | None = None
    username: str | None = None
    password: str | None = None


def git_location(source: BundleSource) -> GitLocation:
    """Read a location; raises SourceFault for what git must not be given."""
    written = source.location
    if not written or _CONTROL.search(written):
        raise SourceFault("AF-B171", "the location is empty, or has control characters in it", _HINT)
    if _HELPER.match(written):
        raise _refused(written.partition("::")[0] + "::")
    if found := _SCHEME.match(written):
        return _of_url(written, found["scheme"].lower())
    if _OF_SSH.match(written):
        if written.startswith("-"):
            raise SourceFault("AF-B171", 'the name of a host cannot begin with "-"', _HINT)
        return GitLocation(url=written)
    folder = source.folder.absolute() / written
    return GitLocation(url=str(folder), folder=folder)


def require_repository(location: GitLocation, written: str) -> None:
    """Raise SourceFault where there is none at a path of this machine: of any path, git says no more than that."""
    folder = location.folder
    if folder is None:
        return
    if not os.path.lexists(folder):
        raise SourceFault("AF-B172", "it does not exist", hint_for_missing(written, folder))
    if os.access(folder, os.X_OK) and folder.is_dir() and not any(map(os.path.lexists, map(folder.joinpath, _SIGNS))):
        raise SourceFault("AF-B172", "it is a folder without git", "write `type: filesystem` for its files as they are")


def shown_repository(source: BundleSource) -> str:
    """Name a repository in messages."""
    return f'git repository "{shown_location(source.location)}"'


def _of_url(written: str, scheme: str) -> GitLocation:
    if scheme not in TRANSPORTS:
        raise _refused(f"{scheme}://")
    url = scheme + written[len(scheme) :]
    if scheme == "file":
        return GitLocation(url=url, folder=Path(unquote(url.removeprefix("file://"))))
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SourceFault("AF-B171", "the location is no valid URL", _HINT) from None
    if not parts.hostname or parts.hostname.startswith("-") or (parts.username or "").startswith("-"):
        raise SourceFault("AF-B171", "the location names no host", _HINT)
    if scheme not in ("http", "https"):
        return GitLocation(url=url)
    host = parts.netloc.rpartition("@")[2]
    return GitLocation(
        url=parts._replace(netloc=host).geturl(),
        base=f"{scheme}://{host}",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _refused(transport: str) -> SourceFault:
    return SourceFault("AF-B171", f'the transport "{transport}" is not allowed', _HINT)
