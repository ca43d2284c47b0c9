"""One member of an archive: a file or a folder; anything else has been refused by whoever reads the archive."""

from collections.abc import Iterator
from stat import S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name

#: What is read and written at once.
PIECE_BYTES = 64 * 1024

_EXECUTABLE = 0o100
_STRANGE_KINDS = {S_IFBLK: "a device", S_IFCHR: "a device", S_IFIFO: "a named pipe", S_IFSOCK: "a socket"}


class Member(Struct, frozen=True, kw_only=True):
    """A member as the archive has it. ``name`` is unchecked; ``pieces`` is its content, to be read once, in turn."""

    name: str
    pieces: Iterator[bytes]
    is_folder: bool = False
    is_executable: bool = False


def is_executable(mode: int) -> bool:
    """Tell whether a mode lets the owner execute; it is the only right that is kept."""
    return bool(mode & _EXECUTABLE)


def check_kind(name: str, mode: int) -> None:
    """Refuse what a mode says is neither a file nor a folder; a mode of 0 says nothing."""
    kind = S_IFMT(mode)
    if kind == S_IFLNK:
        raise link(name)
    if kind not in (0, S_IFREG, S_IFDIR):
        raise strange_kind(name, _STRANGE_KINDS.get(kind, "of an unknown kind"))


def link(name: str, target: str | None = None) -> SourceFault:
    """Say that a member is a link. All are refused: where one leads is only known once everything is unpacked."""
    leads = f" to {shown_name(target)}" if target else ""
    return SourceFault(
        "AF-B157",
        f"its member {shown_name(name)} is a link{leads}, and links are not unpacked",
        "put the file itself in the link's place: `tar --dereference --hard-dereference`, or `zip` without -y",
    )


def strange_kind(name: str, kind: str) -> SourceFault:
    """Say that a member is neither a file nor a folder."""
    return SourceFault(
        "AF-B158",
        f"its member {shown_name(name)} is {kind}, and only files and folders are unpacked",
        "make the archive anew without it",
    )


def damaged(what: str) -> SourceFault:
    """Say that an archive is not as its format has it."""
    return SourceFault("AF-B151", f"it is damaged: {what}", "get or make it anew")


def surrounded(what: str) -> SourceFault:
    """Say that something stands before or after the archive, which other programs may read otherwise."""
    return SourceFault(
        "AF-B152", what, "make the archive anew, by itself: not appended to another file, nothing appended to it"
    )
