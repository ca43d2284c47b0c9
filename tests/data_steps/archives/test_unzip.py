"""Archives that climb, clash, lie or burst are refused with a clear finding, before anything is visible."""

import io
import os
import resource
import struct
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
import pyzipper

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.archives.directory import stated_entries
from tests.builtins.conftest import SECRET
from tests.data_steps.archives.conftest import Archiver


def archive(*members: tuple[str, bytes] | zipfile.ZipInfo, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip file of members as they are given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for member in members:
            if isinstance(member, zipfile.ZipInfo):
                made.writestr(member, b"target")
            else:
                made.writestr(*member)
    return stream.getvalue()


def special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../x", 'it climbs out of the folder by ".."'),
        ("a/../../x", 'it climbs out of the folder by ".."'),
        ("/etc/x", "it is absolute, or of another system"),
        ("C:/x", "it is absolute, or of another system"),
        ("a\\..\\x", "it is absolute, or of another system"),
        ("a//b", 'it has an empty part, or "."'),
        ("./a", 'it has an empty part, or "."'),
        ("a\nb", "it has control characters in it"),
        ("x" * 256, "a part of it is longer than 255 bytes"),
        ("é" * 128, "a part of it is longer than 255 bytes"),
        ("a/" * 600 + "a", "it is longer than 1024 bytes"),
        ("CON", "it is no name of a file on every system"),
        ("a/nul.txt", "it is no name of a file on every system"),
        ("lpt1.tar.gz", "it is no name of a file on every system"),
        ("a.", "it is no name of a file on every system"),
        ("a /b", "it is no name of a file on every system"),
        ("ab:c", "it is no name of a file on every system"),
        ("a?", "it is no name of a file on every system"),
    ],
)
def test_a_name_that_leads_elsewhere_or_cannot_be_is_refused(archiver: Archiver, name: str, problem: str) -> None:
    archiver.file("out.zip", archive(("ok", b"1"), (name, b"2")))
    assert archiver.refusal().endswith(f" is not unpacked: {problem}")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a", "a"], 'its member "a" is in it twice'),
        (["a", "A"], 'its members "a" and "A" have one name where case does not count'),
        (["Ab/c", "aB/d"], 'its members "Ab" and "aB" have one name where case does not count'),
        (["é", "e\u0301"], 'its members "é" and "e\u0301" have one name where case does not count'),
        (["straße", "STRASSE"], 'its members "straße" and "STRASSE" have one name where case does not count'),
        (["a", "a/b"], 'its member "a" is a file and a folder at once'),
        (["a/b", "a"], 'its member "a" is a file and a folder at once'),
    ],
)
def test_names_in_each_others_way_are_refused(archiver: Archiver, names: list[str], message: str) -> None:
    with pytest.warns(UserWarning) if names == ["a", "a"] else nullcontext():
        archiver.file("out.zip", archive(*((name, b"1") for name in names)))
    assert archiver.refusal() == message


@pytest.mark.parametrize(
    ("mode", "what"),
    [
        (0o120777, "is a link, and links are not unpacked"),
        (0o010644, "is neither a file nor a folder"),
        (0o020644, "is neither"),
    ],
)
def test_links_and_devices_are_refused(archiver: Archiver, mode: int, what: str) -> None:
    archiver.file("out.zip", archive(("ok", b"1"), special("x", mode)))
    assert archiver.refusal().startswith(f'its member "x" {what}')


def test_a_name_that_is_cut_at_a_nul_is_refused(archiver: Archiver) -> None:
    archiver.file("out.zip", archive(("good.txt.exe", b"1")).replace(b"good.txt.exe", b"good.txt\0exe"))
    assert archiver.refusal() == 'its member "good.txt\\x00exe" is not unpacked: it has control characters in it'


def test_names_in_utf_8_that_are_not_marked_as_such_are_read_as_such(archiver: Archiver) -> None:
    data = archive(("aeb.txt", b"1")).replace(b"aeb", "ä".encode() + b"b")
    archiver.file("out.zip", data)
    assert archiver.unzip().outputs["names"] == ["äb.txt"]


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"max_bytes": 19_999_999}, "it unpacks to more than 19,999,999 bytes"),
        ({"max_files": 1}, "it has more than 1 files and folders"),
        ({}, "it unpacks to more than 200 times its own size"),
    ],
)
def test_more_than_is_allowed_is_refused(archiver: Archiver, bounds: dict[str, int], message: str) -> None:
    archiver.file("out.zip", archive(("a", bytes(10_000_000)), ("b", bytes(10_000_000))))
    assert archiver.refusal(**bounds) == message
    assert archiver.unzip(max_ratio=2000).outputs["bytes"] == 20_000_000


def lying(data: bytes, size: int) -> bytes:
    """Say of the only member that it unpacks to another size."""
    at = data.index(b"PK\x01\x02") + 24
    return data[:22] + struct.pack("<L", size) + data[26:at] + struct.pack("<L", size) + data[at + 4 :]


def test_an_archive_that_lies_about_what_it_unpacks_to_is_found_out(archiver: Archiver) -> None:
    archiver.file("out.zip", lying(archive(("a", bytes(50_000_000))), 10))
    assert archiver.refusal().startswith("it is no zip file, or a damaged one: its member ")
    archiver.file("out.zip", lying(archive(("a", b"123")), 100))
    assert archiver.refusal().startswith("it is no zip file, or a damaged one: its member ")


def test_a_second_end_that_nobody_reads_does_not_hide_how_many_there_are() -> None:
    content = archive(("0", b""), ("1", b""), ("2", b""))
    decoy = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 46, 0) + bytes(20)
    assert stated_entries(io.BytesIO(content[:-22] + decoy + content[-22:])) == 3


def test_members_that_share_their_bytes_are_refused(archiver: Archiver) -> None:
    data = archive(("a", bytes(1000)), ("b", bytes(1000)))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    archiver.file("out.zip", data[: second + 42] + struct.pack("<L", 0) + data[second + 46 :])
    assert archiver.refusal() == "its members overlap: the same bytes are content of several"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_bound_is_refused(archiver: Archiver, method: int) -> None:
    archiver.file("out.zip", archive(("a", bytes(1000)), method=method))
    assert archiver.refusal() == f'its member "a" is compressed by method {method}, which is not read'


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"no zip at all",
        lambda data: data[:-30],
        lambda data: data[: len(data) // 2],
        lambda data: data[:40] + b"\xff\xff\xff" + data[43:],
        lambda data: b"PK\x05\x06" + bytes(10) + b"\xff" * 8,
        lambda data: data[:-10] + b"\xff\xff\xff\x7f" + data[-6:],
        lambda data: data.replace(b"PK\x01\x02", b"PK\x01\x03"),
    ],
)
def test_what_is_no_zip_file_or_a_damaged_one_is_said(archiver: Archiver, spoil: Callable[[bytes], bytes]) -> None:
    archiver.file("out.zip", spoil(archive(("a", os.urandom(2000)))))
    assert archiver.refusal().startswith("it is no zip file, or a damaged one: ")


def test_any_damage_at_any_byte_ends_in_words_and_leaves_nothing(archiver: Archiver) -> None:
    data = archive(("a/b", b"12345" * 20), ("c", b"x"))
    for position in range(0, len(data), 3):
        archiver.file("out.zip", data[:position] + bytes([data[position] ^ 0xA5]) + data[position + 1 :])
        try:
            archiver.unzip(into=f"in{position}")
        except StepFailed as failed:
            assert failed.message.startswith('resource "plain": "out.zip": ')
            assert not (archiver.ctx.artifacts_dir / f"in{position}").exists()


def test_a_wrong_password_is_said_in_plain_words(archiver: Archiver) -> None:
    archiver.file("data/a.csv", b"1" * 1000)
    archiver.zip(resource="safe", folder="data")
    archiver.password = "another"
    failure = archiver.unzip_failure(resource="safe")
    assert failure.message == 'resource "safe": "out.zip": the password is wrong for its member "a.csv"'
    assert failure.hint == "look at the password in the resource's config"
    assert archiver.refusal() == 'its member "a.csv" is encrypted'


def test_content_that_was_changed_behind_the_password_is_found_out(archiver: Archiver) -> None:
    archiver.file("data/a.csv", os.urandom(1000))
    path = Path(archiver.zip(resource="safe", folder="data").outputs["path"])
    content = bytearray(path.read_bytes())
    content[500] ^= 1
    path.write_bytes(content)
    failure = archiver.unzip_failure(resource="safe")
    assert failure.message.endswith('its member "a.csv" cannot be unpacked; or the password is wrong')


def test_hostile_names_are_refused_with_a_password_too(archiver: Archiver) -> None:
    path = archiver.file("out.zip")
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(SECRET.encode())
        made.writestr("../x", b"1")
    assert "it climbs out of the folder" in archiver.unzip_failure(resource="safe").message


def test_the_folder_replaces_one_that_was_there_as_a_whole(archiver: Archiver) -> None:
    archiver.file("out.zip", archive(("a", b"1"), ("b/", b"")))
    archiver.file("in/old")
    archiver.unzip()
    assert archiver.seen() == ["artifacts", "artifacts/in", "artifacts/in/a", "artifacts/in/b", "artifacts/out.zip"]


@pytest.mark.parametrize("into", [".", "../x", "/tmp/aetherflow-x", "link", "link/x", "a/.."])
def test_no_folder_leads_out_or_holds_the_other_artifacts(archiver: Archiver, into: str, tmp_path: Path) -> None:
    archiver.file("out.zip", archive(("a", b"1")))
    (tmp_path / "outside").mkdir()
    (archiver.ctx.artifacts_dir / "link").symlink_to(tmp_path / "outside")
    assert archiver.unzip_failure(into=into).message.startswith("`into`: ")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_disk_that_is_full_is_not_the_archives_fault(archiver: Archiver) -> None:
    archiver.file("out.zip", archive(("a", bytes(200_000))))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        assert archiver.unzip_failure().message == '"out.zip": "a" cannot be written: file too large'
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_cancelled_step_leaves_nothing(archiver: Archiver) -> None:
    archiver.file("out.zip", archive(("a", b"1")))
    archiver.ctx.is_cancelled = True
    assert archiver.unzip_failure().timed_out
