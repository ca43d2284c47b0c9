"""Archives that are made to fill disk, memory or time are refused before they do."""

import gzip
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from aetherflow.core.bundles.values import Limits
from tests.bundles_archives.archives import fetched, refusal, tar_info, tar_of, tree, zip_of
from tests.bundles_archives.hand_made import ZipEntry, hand_made_tar, hand_made_zip, header, tar_of_many

LOOK = "\ncontent that shrinks like this is made to fill disks: look at who made the archive"
SMALLER = "\nan archive that is this large is no bundle of flows: make one without what flows do not need"
MANY = 'AF-B160 archive "orders.zip": it holds more than 50,000 files and folders' + SMALLER
ZEROS = {"zeros": bytes(200_000_000)}


def peak_of(call: Callable[[], str]) -> tuple[str, int]:
    """Give what a call gives, and how much memory it wanted meanwhile."""
    tracemalloc.start()
    try:
        return call(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pack", [zip_of, lambda files: tar_of(files, mode="w:gz")], ids=["zip", "tar.gz"])
def test_194_kb_that_unpack_to_200_mb_are_refused_before_anything_is_written(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    content = pack(ZEROS)
    assert 194_000 < len(content) < 195_000
    finding, peak = peak_of(lambda: refusal(tmp_path, content))
    assert finding == (
        f'AF-B162 archive "orders.zip": it unpacks to more than 200 times its {len(content):,} bytes' + LOOK
    )
    assert peak < 1_000_000


def test_what_a_zip_file_says_of_its_sizes_is_not_believed(tmp_path: Path) -> None:
    liar = ZipEntry(content=bytes(20_000_000), method=8, size=1000)
    # No more is read than it says, and that is not what its check sum is of.
    assert "it is damaged" in refusal(tmp_path, hand_made_zip(liar))


def test_a_zip_file_that_says_too_much_is_not_even_unpacked(tmp_path: Path) -> None:
    assert refusal(tmp_path, hand_made_zip(*(ZipEntry(name=b"%d" % i, size=2**30) for i in range(3)))) == (
        'AF-B161 archive "orders.zip": it unpacks to more than 2,147,483,648 bytes' + SMALLER
    )


def test_zeros_behind_the_end_of_a_tar_file_are_counted(tmp_path: Path) -> None:
    assert refusal(tmp_path, gzip.compress(tar_of({"a": b"1"}) + bytes(50_000_000))).startswith("AF-B162 ")


def test_a_bomb_of_headers_is_counted(tmp_path: Path) -> None:
    globals_ = tar_info("x", b"g")
    content = gzip.compress(header(globals_) * 100_000)
    assert refusal(tmp_path, content).startswith(("AF-B162 ", "AF-B151 "))


def many_in_zip() -> bytes:
    """Make a zip file of 100,000 empty files."""
    return hand_made_zip(*(ZipEntry(name=b"%d" % number, content=b"") for number in range(100_000)))


@pytest.mark.parametrize("pack", [many_in_zip, lambda: tar_of_many(100_000)], ids=["zip", "tar"])
def test_100_000_entries_are_refused_soon_and_written_nowhere(tmp_path: Path, pack: Callable[[], bytes]) -> None:
    content = pack()
    started = time.monotonic()
    assert refusal(tmp_path, content) == MANY
    assert time.monotonic() - started < 30  # a second, on a machine that does nothing else


def test_a_table_of_contents_with_too_many_entries_is_not_read_into_memory(tmp_path: Path) -> None:
    content = hand_made_zip(*(ZipEntry(name=b"%d" % number, content=b"") for number in range(60_000)))
    finding, peak = peak_of(lambda: refusal(tmp_path, content))
    assert finding == MANY
    assert peak < 1_000_000


def test_a_zip_file_with_more_entries_than_it_tells_of_is_refused(tmp_path: Path) -> None:
    content = hand_made_zip(*(ZipEntry(name=b"%d" % number) for number in range(101)), count=1)
    finding = 'AF-B160 archive "orders.zip": it holds more than 100 files and folders' + SMALLER
    assert refusal(tmp_path, content, Limits(most_entries=100)) == finding


def test_folders_that_are_only_part_of_names_count_too(tmp_path: Path) -> None:
    content = tar_of({f"{number}/a/b/c": b"" for number in range(30)})
    assert refusal(tmp_path, content, Limits(most_entries=100)).startswith("AF-B160 ")


def test_as_many_entries_as_may_be_are_unpacked(tmp_path: Path) -> None:
    fetched(tmp_path, tar_of({f"d/{number}": b"" for number in range(99)}), Limits(most_entries=100))
    assert len(tree(tmp_path / "into")) == 100


@pytest.mark.parametrize("pack", [zip_of, tar_of], ids=["zip", "tar"])
def test_a_file_that_is_too_large_is_refused(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    assert refusal(tmp_path, pack({"a": b"1", "b": b"2" * 1001}), Limits(most_file_bytes=1000)) == (
        'AF-B161 archive "orders.zip": its member "b" is larger than 1,000 bytes' + SMALLER
    )


@pytest.mark.parametrize("pack", [zip_of, lambda files: tar_of(files, mode="w:xz")], ids=["zip", "tar.xz"])
def test_files_that_are_too_large_together_are_refused(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    content = pack({str(number): b"2" * 1000 for number in range(100)})
    assert refusal(tmp_path, content, Limits(most_bytes=50_000)) == (
        'AF-B161 archive "orders.zip": it unpacks to more than 50,000 bytes' + SMALLER
    )


def test_an_archive_that_is_too_large_by_itself_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, tar_of(), Limits(most_bytes=5000)) == (
        'AF-B148 archive "orders.zip": it is larger than 5,000 bytes' + SMALLER
    )


def test_what_shrinks_well_is_unpacked_as_long_as_it_is_small(tmp_path: Path) -> None:
    fetched(tmp_path, zip_of({"zeros": bytes(10_000_000)}))
    assert (tmp_path / "into/zeros").stat().st_size == 10_000_000


def test_members_that_share_their_content_are_refused(tmp_path: Path) -> None:
    shared = ZipEntry(name=b"a", content=b"1" * 1000)
    assert refusal(
        tmp_path, hand_made_zip(shared, ZipEntry(name=b"b", content=b"1" * 1000, offset=0, local_name=b"a"))
    ) == (
        'AF-B163 archive "orders.zip": its members overlap: the same bytes are content of several'
        "\ncontent that is laid out like this is made to fill disks: look at who made the archive"
    )


def test_a_member_that_reaches_into_the_next_is_refused(tmp_path: Path) -> None:
    reaching = ZipEntry(name=b"a", content=b"1" * 10, packed_size=50, size=50)
    assert refusal(tmp_path, hand_made_zip(reaching, ZipEntry(name=b"b"))).startswith("AF-B163 ")


def test_a_member_that_reaches_into_the_table_of_contents_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(packed_size=50, size=50))).startswith("AF-B163 ")


@pytest.mark.parametrize("kind", [b"L", b"x", b"g", b"K"])
def test_a_name_or_attributes_of_a_gigabyte_are_not_read(tmp_path: Path, kind: bytes) -> None:
    info = tar_info("x", kind)
    info.size = 2**30
    content = hand_made_tar((info, bytes(5_000_000)))
    finding, peak = peak_of(lambda: refusal(tmp_path, content))
    assert "it has a name, or attributes of a member, of more than a megabyte" in finding
    assert peak < 1_000_000


def test_attributes_of_many_small_records_take_little_time(tmp_path: Path) -> None:
    record = b"5 a=\n" * 200_000
    info = tar_info("x", b"x")
    info.size = len(record)
    started = time.monotonic()
    fetched(tmp_path, hand_made_tar((info, record), (tar_info("a"), b"")))
    assert time.monotonic() - started < 10


def test_headers_that_add_to_headers_without_end_are_refused(tmp_path: Path) -> None:
    content = hand_made_tar(*[(tar_info("x", b"x"), b"")] * 5000, (tar_info("a"), b""))
    assert "it has headers that belong to no member" in refusal(tmp_path, content)


def test_unpacking_ends_when_time_is_up(tmp_path: Path) -> None:
    assert refusal(tmp_path, tar_of(), Limits(seconds=0)).startswith(
        'AF-B177 archive "orders.zip": it was not fetched within 0 seconds'
    )
