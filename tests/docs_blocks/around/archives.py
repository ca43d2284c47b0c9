"""Archives that no honest program makes, or that are made in little time though they have much in them."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bundles_archives.archives import zip_of
from tests.bundles_archives.hand_made import ZipEntry, hand_made_zip, tar_of_many
from tests.docs_blocks.around import Replaced
from tests.docs_blocks.served import Folder

_ZEROS = bytes(11_000_000)


@contextmanager
def with_many_files(folder: Folder, name: str, count: str) -> Iterator[Replaced]:
    """Have an archive of so many files."""
    (folder.root / name).write_bytes(tar_of_many(int(count)))
    yield {}


@contextmanager
def with_large_member(folder: Folder, name: str, member: str, size: str) -> Iterator[Replaced]:
    """Have an archive that says of a member that it is so large, and has enough in it to be believed."""
    (folder.root / name).write_bytes(hand_made_zip(ZipEntry(name=member.encode(), content=_ZEROS, size=int(size))))
    yield {}


@contextmanager
def of_zeros(folder: Folder, name: str, told: str) -> Iterator[Replaced]:
    """Have an archive of zeros, whose size the library decides that packs them."""
    content = zip_of({"zeros": _ZEROS})
    (folder.root / name).write_bytes(content)
    yield {told: f"{len(content):,}"}


@contextmanager
def with_overlap(folder: Folder, name: str) -> Iterator[Replaced]:
    """Have an archive with two members that are the same bytes of it."""
    shared = ZipEntry(name=b"a", content=b"1" * 1000)
    again = ZipEntry(name=b"b", content=b"1" * 1000, offset=0, local_name=b"a")
    (folder.root / name).write_bytes(hand_made_zip(shared, again))
    yield {}


@contextmanager
def with_password(folder: Folder, name: str, member: str) -> Iterator[Replaced]:
    """Have an archive with a member that is encrypted."""
    (folder.root / name).write_bytes(hand_made_zip(ZipEntry(name=member.encode(), flags=1)))
    yield {}
