"""What a remote folder holds, entry by entry, and whether a bundle may hold it."""

from collections.abc import Generator, Iterator
from typing import Literal, Protocol

from msgspec import Struct

from aetherflow.core.bundles.folders.scan import LEFT_OUT
from aetherflow.core.bundles.remote_folders.messages import Failure, FailureKind, Refused
from aetherflow.core.documents.inner_paths import UnsafePath, inner_path

EntryKind = Literal["file", "folder", "link", "special"]
#: How much is read at once: little enough that a slow line is seen to be alive.
CHUNK_BYTES = 128 * 1024
#: How long a server may take to take up a connection.
CONNECT_SECONDS = 15


#: A file that was changed so shortly before it was asked for may change again without its time telling.
SETTLED_SECONDS = 3.0


class Entry(Struct, frozen=True, kw_only=True):
    """An entry of a folder by its path inside it, as the server tells it.

    ``stamp`` changes with the content (an ETag, a time); ``modified`` is the time, in seconds since 1970, where the
    stamp is nothing better. ``address`` is what the folder reads it by.
    """

    path: str
    kind: EntryKind
    address: str
    size: int | None = None
    stamp: str = ""
    modified: float | None = None
    is_executable: bool = False


class RemoteFolder(Protocol):
    """A folder behind a connection. Whatever its library raises comes through."""

    def readers(self) -> int:
        """Make ready to read; gives how many files may be read at once, by as many threads."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Give everything below the folder.

        Nothing of a folder inside is asked for before that folder was given, and never of one that is left out.
        """
        ...

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


def entry_path(folder: str, name: str) -> str:
    """Give the path of an entry that a server names in a folder; raises Refused where no bundle may hold such a name.

    A name with a slash in it is one as well: it would lie elsewhere than the server says.
    """
    path = f"{folder}/{name}" if folder else name
    if "/" in name:
        raise Refused(Failure(kind="name", reason="it has a slash in it", path=path))
    return checked_path(path)


def checked_path(path: str) -> str:
    """Give a path that may stand in a bundle; raises Refused for any other."""
    try:
        return inner_path(path)
    except UnsafePath as unsafe:
        raise Refused(Failure(kind="name", reason=str(unsafe), path=path)) from None


def is_left_out(path: str) -> bool:
    """Tell what is no part of a bundle, as in folders of this machine: a repository, byte code."""
    return not LEFT_OUT.isdisjoint(path.split("/"))


def refused(kind: FailureKind, path: str = "", reason: str = "", hint: str = "") -> Refused:
    """Say what is wrong with a folder or an entry of it."""
    return Refused(Failure(kind=kind, path=path, reason=reason, hint=hint))
