"""The members of a zip file, all of them judged before the first is unpacked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG
from typing import Any

from msgspec import Struct

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.archives.directory import no_archive
from aetherflow.core.builtins.archives.limits import Budget
from aetherflow.core.builtins.archives.member_names import MemberNames, shown

_IS_ENCRYPTED, _IS_UTF_8 = 0x1, 0x800
_UNIX = 3
_EXECUTABLE = 0o100
#: Of these the library never unpacks more at once than it is asked for; others are made for a millionth of their size.
_METHODS = {0, 8}
_AES = 99
_HEADER_BYTES = 30  # before each member, with its name behind them


class Member(Struct, frozen=True):
    """One member that may be unpacked: its path below the folder, and the library's own description of it."""

    path: str
    info: Any
    is_folder: bool
    is_executable: bool


def judged_members(infos: Sequence[Any], budget: Budget) -> list[Member]:
    """Give the members; StepFailed for the first that may not be unpacked, or for what they come to together."""
    budget.check_files(len(infos))
    budget.check_total(sum(info.file_size for info in infos))
    _refuse_overlaps(infos)
    names = MemberNames()
    return [_judged(info, names) for info in infos]


def _judged(info: Any, names: MemberNames) -> Member:
    name = _name(info)
    is_folder = name.endswith("/")
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    _check_kind(name, mode)
    if info.compress_type == _AES:  # of a library that does not know it
        raise _encrypted(name)
    if info.compress_type not in _METHODS:
        raise StepFailed(
            f"its member {shown(name)} is compressed by method {info.compress_type}, which is not read",
            hint="make the archive anew with the usual compression (deflate)",
        )
    if is_folder and info.file_size:
        raise no_archive(f"its folder {shown(name)} has content like a file")
    return Member(names.take(name, is_folder=is_folder), info, is_folder, bool(mode & _EXECUTABLE))


def _name(info: Any) -> str:
    """Give a name as it stands there: the library cuts it at a NUL, and takes UTF-8 that is not marked for cp437."""
    name = str(info.orig_filename)
    if info.flag_bits & _IS_UTF_8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _check_kind(name: str, mode: int) -> None:
    kind = S_IFMT(mode)
    if kind == S_IFLNK:
        raise StepFailed(
            f"its member {shown(name)} is a link, and links are not unpacked",
            hint="put the file itself in the link's place: `zip` without -y",
        )
    if kind not in (0, S_IFREG, S_IFDIR):
        raise StepFailed(f"its member {shown(name)} is neither a file nor a folder", hint="make the archive without it")


def _refuse_overlaps(infos: Sequence[Any]) -> None:
    spans = sorted((info.header_offset, info.header_offset + _HEADER_BYTES + info.compress_size) for info in infos)
    for (_, end), (begin, _) in pairwise(spans):
        if end > begin:
            raise StepFailed(
                "its members overlap: the same bytes are content of several",
                hint="archives like this are made to fill disks: look at who made it",
            )


def pieces(archive: Any, member: Member, budget: Budget, piece_bytes: int) -> Iterator[bytes]:
    """Give the content of a member, counted; StepFailed where it is not what was said, or the password is wrong."""
    size = 0
    with _told(member):
        with archive.open(member.info) as content:
            while piece := content.read(piece_bytes):
                size += len(piece)
                budget.count(len(piece))
                yield piece
        if size != member.info.file_size:
            raise EOFError


@contextmanager
def _told(member: Member) -> Iterator[None]:
    """Put into words what a library raises for content that it cannot read; each has error types of its own."""
    name = shown(member.path)
    try:
        yield
    except StepFailed:
        raise
    except RuntimeError as error:
        if "password required" in str(error) or "requires a password" in str(error):
            raise _encrypted(member.path) from None
        if "Bad password" in str(error):
            raise StepFailed(
                f"the password is wrong for its member {name}", hint="look at the password in the resource's config"
            ) from None
        raise no_archive(f"its member {name} cannot be unpacked") from None
    except Exception:  # noqa: BLE001  # foreign code on foreign bytes: zlib.error, BadZipFile of two libraries, struct.error…
        is_encrypted = member.info.flag_bits & _IS_ENCRYPTED
        rather = "; or the password is wrong" if is_encrypted else ""
        raise no_archive(f"its member {name} cannot be unpacked{rather}") from None


def _encrypted(name: str) -> StepFailed:
    hint = "name a resource with `driver: pyzipper` and the password in its config"
    return StepFailed(f"its member {shown(name)} is encrypted", hint=hint)
