"""Archives that are cut off, changed, encrypted, or no archives: one finding, and nothing is written."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.bundles_archives.archives import fetched, refusal, tar_info, tar_of, tree, zip_of
from tests.bundles_archives.hand_made import ZipEntry, hand_made_tar, hand_made_zip, header, pax_record, with_field

DAMAGED = 'AF-B151 archive "orders.zip": it is damaged: '
ANEW = "\nget or make it anew"
BY_ITSELF = "\nmake the archive anew, by itself: not appended to another file, nothing appended to it"
CONTENT = {"flows/main.yaml": bytes(range(256)) * 30, "b": b"1" * 2000}


def damage(problem: str) -> str:
    """Give the finding about damage."""
    return DAMAGED + problem + ANEW


def surroundings(problem: str) -> str:
    """Give the finding about what stands around an archive."""
    return f'AF-B152 archive "orders.zip": {problem}' + BY_ITSELF


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (zip_of(CONTENT)[:-30], damage("its end is missing")),
        (tar_of(CONTENT)[:3000], damage("it ends early")),
        (tar_of(CONTENT)[:512], damage("it ends early")),
        (hand_made_tar((tar_info("a"), b""), end=b""), damage("it ends early")),
        (tar_of(CONTENT, mode="w:gz")[:-20], damage("its gzip data ends early")),
        (tar_of(CONTENT, mode="w:bz2")[:-20], damage("its bzip2 data ends early")),
        (tar_of(CONTENT, mode="w:xz")[:-20], damage("its xz data ends early")),
        (tar_of(CONTENT, mode="w:gz")[:-8] + bytes(8), damage("its gzip data cannot be unpacked")),
        (hand_made_zip(ZipEntry(crc=1)), damage('its member "a" cannot be unpacked')),
        (hand_made_zip(ZipEntry(crc=1, method=8)), damage('its member "a" cannot be unpacked')),
        (hand_made_zip(ZipEntry(size=5, method=8)), damage('its member "a" cannot be unpacked')),
        (hand_made_zip(ZipEntry(local_name=b"b")), damage('its member "a" cannot be unpacked')),
        (hand_made_zip(ZipEntry(name=b"a/")), damage('its folder "a/" has content like a file')),
        (
            hand_made_zip(ZipEntry(), count=2),
            damage("its table of contents does not have the entries that it should"),
        ),
        (
            b"b" + header(tar_info("a"))[1:],
            damage("its first header is not as it was written"),
        ),
        (tar_of({"a": b""})[:512] + b"x" * 512, damage("one of its headers is not as it was written")),
        (with_field(header(tar_info("a")), 124, b"\xff" * 12), damage("one of its headers is not as it was written")),
    ],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes, finding: str) -> None:
    assert refusal(tmp_path, content) == finding


@pytest.mark.parametrize(
    "record", [b"x", b"5 a=", b"99 a=b\n", b"0 a=b\n", b"-5 a=b\n", b"9" * 30 + b" a=b\n", b"6 abc\n"]
)
def test_attributes_that_cannot_be_read_are_refused(tmp_path: Path, record: bytes) -> None:
    info = tar_info("x", tarfile.XHDTYPE)
    info.size = len(record)
    assert refusal(tmp_path, hand_made_tar((info, record), (tar_info("a"), b""))) == damage(
        "it has attributes of a member that cannot be read"
    )


@pytest.mark.parametrize("key", ["path", "size", "GNU.sparse.name"])
def test_attributes_of_all_members_that_change_what_they_are_are_refused(tmp_path: Path, key: str) -> None:
    record = pax_record(key, b"1")
    info = tar_info("x", tarfile.XGLTYPE)
    info.size = len(record)
    assert refusal(tmp_path, hand_made_tar((info, record), (tar_info("a"), b""))) == damage(
        "it gives all members one name or size"
    )


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (zip_of() + b"\n", surroundings("other data stands behind it, or its end is missing")),
        (zip_of() + zip_of({"../evil": b""}), surroundings("it stands behind other data, or a part of it is missing")),
        (b"#!/bin/sh\n" + zip_of(), surroundings("it is a zip archive that stands behind other data")),
        (b"PK\3\4" + zip_of(), surroundings("it stands behind other data, or a part of it is missing")),
        (tar_of() + b"\n", surroundings("other data stands behind it")),
        (tar_of() + tar_of({"../evil": b""}), surroundings("other data stands behind it")),
        (tar_of() + zip_of(), surroundings("other data stands behind it")),
        (tar_of(mode="w:gz") + b"\n", surroundings("other data stands behind it")),
        (tar_of(mode="w:gz") + zip_of(), surroundings("other data stands behind it")),
        (tar_of(mode="w:bz2") + tar_of(mode="w:gz"), surroundings("other data stands behind it")),
        (gzip.compress(tar_of() + b"x"), surroundings("other data stands behind it")),
    ],
)
def test_an_archive_with_other_data_before_or_behind_it_is_refused(
    tmp_path: Path, content: bytes, finding: str
) -> None:
    assert refusal(tmp_path, content) == finding


def test_a_comment_that_looks_like_another_end_of_the_zip_file_is_refused(tmp_path: Path) -> None:
    hidden = hand_made_zip(ZipEntry(name=b"b"))
    assert refusal(tmp_path, hand_made_zip(ZipEntry(), comment=hidden)).startswith("AF-B152 ")


def test_a_zip_file_whose_numbers_shift_its_content_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO(b"prefix")
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("a", b"1")
    content = b"PK\3\4" + buffer.getvalue()[4:]
    assert refusal(tmp_path, content) == surroundings("it stands behind other data, or a part of it is missing")


@pytest.mark.parametrize(
    "entry",
    [
        ZipEntry(name=b"b", local_method=8),
        ZipEntry(name=b"b", local_flags=0x1),
        ZipEntry(name=b"b", local_size=9),
    ],
)
def test_a_member_that_other_programs_would_read_otherwise_is_refused(tmp_path: Path, entry: ZipEntry) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(), entry)) == damage(
        'its table of contents and its member "b" contradict each other'
    )


@pytest.mark.parametrize("place", [0, 1])
def test_members_that_the_table_of_contents_does_not_name_are_refused(tmp_path: Path, place: int) -> None:
    hidden = ZipEntry(name=b"../hidden").local()
    entries = [
        ZipEntry(name=name, behind=hidden if number == place else b"") for number, name in enumerate((b"a", b"b"))
    ]
    assert refusal(tmp_path, hand_made_zip(*entries)) == surroundings("other data stands between its members")


@pytest.mark.parametrize("descriptor", [12, 16, 20, 24])
def test_sizes_that_stand_behind_the_content_are_read(tmp_path: Path, descriptor: int) -> None:
    fetched(tmp_path, hand_made_zip(ZipEntry(flags=8, local_size=0, behind=bytes(descriptor)), ZipEntry(name=b"b")))
    assert tree(tmp_path / "into") == ["a", "b"]


def test_a_member_beyond_the_table_of_contents_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(), ZipEntry(name=b"b", offset=0xFFFF_FFFE))) == damage(
        "a member is not where its table of contents says"
    )


def test_a_folder_with_content_in_which_members_are_hidden_is_refused(tmp_path: Path) -> None:
    folder = tar_info("d", tarfile.DIRTYPE)
    hidden = hand_made_tar((tar_info("hidden"), b""), end=b"")
    folder.size = len(hidden)
    assert refusal(tmp_path, hand_made_tar((folder, hidden), (tar_info("a"), b""))) == damage(
        'its folder "d" has content like a file'
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"flow: {}\n", "of no known form"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "a web page"),
        (b"\xef\xbb\xbf<HTML>", "a web page"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "an XML document"),
        (b'{"message": "not found"}', "JSON, or a text like it"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1",
            "a pointer of Git LFS, not the file that it points to",
        ),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (gzip.compress(b"flow: {}\n", mtime=0), "gzip data without a tar archive in it"),
        (gzip.compress(zip_of(), mtime=0), "gzip data without a tar archive in it"),
        (gzip.compress(tar_of(mode="w:gz"), mtime=0), "gzip data without a tar archive in it"),
        (bz2.compress(b""), "bzip2 data without a tar archive in it"),
        (lzma.compress(b"x" * 1000), "xz data without a tar archive in it"),
    ],
)
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes, what: str) -> None:
    assert refusal(tmp_path, content) == (
        f'AF-B150 archive "orders.zip": it is no archive that can be unpacked: it is {what}'
        "\ngive a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz; what counts is the content, not the name"
    )


@pytest.mark.parametrize(
    "content",
    [zip_of({}), zip_of({"a/": b""}), tar_of({}), tar_of({}, mode="w:gz"), bytes(10240), bytes(512)],
    ids=["zip", "folder", "tar", "tar.gz", "zeros", "block"],
)
def test_an_archive_without_files_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == (
        'AF-B155 archive "orders.zip": there is no file in it\nput the bundle\'s files into the archive'
    )


@pytest.mark.parametrize("flags", [0x1, 0x41, 0x2000])
def test_an_encrypted_member_is_refused(tmp_path: Path, flags: int) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(), ZipEntry(name=b"b", flags=flags))) == (
        'AF-B153 archive "orders.zip": its member "b" is encrypted'
        "\nmake the archive anew without a password; secrets belong into the environment or a secrets hook"
    )


@pytest.mark.parametrize("method", [9, 12, 14, 93, 99])
def test_a_method_that_unpacks_without_bounds_is_refused(tmp_path: Path, method: int) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(method=method))) == (
        f'AF-B154 archive "orders.zip": its member "a" is compressed by method {method}, which is not read'
        "\nmake the archive anew with the usual compression (deflate)"
    )


def test_one_of_several_volumes_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(), disk=1)) == (
        'AF-B154 archive "orders.zip": it is one of several volumes, which are not read\nmake one archive of them'
    )


def test_xz_data_that_wants_much_memory_is_refused(tmp_path: Path) -> None:
    packed = bytearray(lzma.compress(tar_of(), preset=0))
    block, dictionary = 12, packed.index(b"\x21\x01") + 2
    end = block + (packed[block] + 1) * 4 - 4
    packed[dictionary] = 38  # two gigabytes
    packed[end : end + 4] = zlib.crc32(packed[block:end]).to_bytes(4, "little")
    assert refusal(tmp_path, bytes(packed)) == damage("its xz data cannot be unpacked")
