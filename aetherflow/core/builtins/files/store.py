"""What the file steps ask of a place with files, whatever it is: an SFTP server, a bucket, a share, a folder."""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import Literal, Protocol

from msgspec import Struct

EntryKind = Literal["file", "folder", "link", "special"]
#: How much is read and written at once: little enough that a slow line is seen to be alive.
CHUNK_BYTES = 256 * 1024


class Entry(Struct, frozen=True, kw_only=True):
    """An entry of a folder, as the server tells it; ``path`` is relative to the resource's root.

    ``modified`` is in seconds since 1970. ``stamp`` is what else changes with the content: an ETag.
    """

    path: str
    kind: EntryKind
    size: int = 0
    modified: float | None = None
    stamp: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def moment(self) -> str | None:
        """When it was changed, as ISO 8601 in UTC; None where the server does not tell."""
        return None if self.modified is None else moment_of(self.modified)

    def is_same_as(self, other: "Entry") -> bool:
        """Tell whether nothing shows that the content is another one; what only one of them knows does not count."""
        if self.size != other.size or (self.stamp and other.stamp and self.stamp != other.stamp):
            return False
        return self.modified is None or other.modified is None or self.moment == other.moment


def moment_of(seconds: float) -> str:
    """Write a moment as ISO 8601 in UTC, to the microsecond where it is known to that."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):  # a server may say anything
        return f"@{seconds:g}"


class Draft(Protocol):
    """A file that is being written to a store, and that nobody sees under its name before ``publish``."""

    def write(self, data: bytes) -> None:
        """Send some more of it."""
        ...

    def finish(self) -> str | None:
        """Wait until all of it is there; gives the path at which it can be read before it is published, if any."""
        ...

    def publish(self) -> None:
        """Put it under its name, in one step, in the place of what is there."""
        ...

    def discard(self) -> None:
        """Remove what was sent; must be called unless it was published."""
        ...


class FileStore(Protocol):
    """An open connection to a place with files, for one thread at a time. Paths are relative to the resource's root.

    Whatever its library raises comes through: the connector's ``explain`` has words for it. ``wakes_when_closed`` says
    that another thread may close it, too, and that what waits in it fails then.
    """

    @property
    def wakes_when_closed(self) -> bool: ...

    def entries(self, folder: str) -> Iterator[Entry]:
        """Give the entries of a folder, their names as the server tells them; FileNotFoundError for none."""
        ...

    def entry(self, path: str) -> Entry | None:
        """Ask for one entry, without following a link; None where it is not there."""
        ...

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file in pieces of about CHUNK_BYTES."""
        ...

    def draft(self, path: str, part_name: str, size: int) -> Draft:
        """Begin a file that will have about ``size`` bytes; the folders above it are made."""
        ...

    def remove(self, path: str) -> bool:
        """Remove a file, or a link; False where it was gone already."""
        ...

    def is_alive(self) -> bool:
        """Tell whether the connection can still be used, as far as that is known without waiting long."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...
