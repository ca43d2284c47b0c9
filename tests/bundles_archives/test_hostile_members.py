"""Members that are neither files nor folders: one finding, and nothing is written."""

import stat
import tarfile
from pathlib import Path

import pytest

from tests.bundles_archives.archives import refusal, tar_info, tar_of_infos
from tests.bundles_archives.hand_made import ZipEntry, hand_made_tar, hand_made_zip, header, pax_record, with_field

GOOD = (tar_info("flows/main.yaml"), b"")
NOT_UNPACKED = ", and only files and folders are unpacked\nmake the archive anew without it"
NO_LINKS = (
    ", and links are not unpacked"
    "\nput the file itself in the link's place: `tar --dereference --hard-dereference`, or `zip` without -y"
)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "main.yaml"])
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_in_a_tar_file_is_refused_wherever_it_leads(tmp_path: Path, target: str, kind: bytes) -> None:
    content = tar_of_infos(GOOD, (tar_info("flows/rates.csv", kind, target), b""))
    assert refusal(tmp_path, content) == (
        f'AF-B157 archive "orders.zip": its member "flows/rates.csv" is a link to "{target}"' + NO_LINKS
    )


def test_a_link_in_a_zip_file_is_refused(tmp_path: Path) -> None:
    link = ZipEntry(name=b"flows/rates.csv", content=b"/etc/passwd", mode=stat.S_IFLNK | 0o777)
    assert refusal(tmp_path, hand_made_zip(ZipEntry(), link)) == (
        'AF-B157 archive "orders.zip": its member "flows/rates.csv" is a link' + NO_LINKS
    )


def test_a_link_with_a_long_target_is_shown_cut(tmp_path: Path) -> None:
    content = tar_of_infos((tar_info("a", tarfile.SYMTYPE, "t" * 300), b""))
    assert "t" * 101 not in refusal(tmp_path, content)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.CHRTYPE, "a device"),
        (tarfile.BLKTYPE, "a device"),
        (tarfile.FIFOTYPE, "a named pipe"),
        (tarfile.GNUTYPE_SPARSE, "a file with holes in it"),
        (b"V", "of an unknown kind"),
        (b"M", "of an unknown kind"),
        (b"D", "of an unknown kind"),
    ],
)
def test_a_strange_member_of_a_tar_file_is_refused(tmp_path: Path, kind: bytes, words: str) -> None:
    assert refusal(tmp_path, hand_made_tar(GOOD, (tar_info("dev/x", kind), b""))).endswith(
        f'its member "dev/x" is {words}{NOT_UNPACKED}'
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (stat.S_IFCHR, "a device"),
        (stat.S_IFBLK, "a device"),
        (stat.S_IFIFO, "a named pipe"),
        (stat.S_IFSOCK, "a socket"),
        (0o160000, "of an unknown kind"),
    ],
)
def test_a_strange_member_of_a_zip_file_is_refused(tmp_path: Path, kind: int, words: str) -> None:
    content = hand_made_zip(ZipEntry(), ZipEntry(name=b"dev/x", mode=kind | 0o600))
    assert refusal(tmp_path, content) == (f'AF-B158 archive "orders.zip": its member "dev/x" is {words}{NOT_UNPACKED}')


def test_a_tar_file_may_not_hide_a_device_in_the_mode_of_a_file(tmp_path: Path) -> None:
    content = with_field(header(tar_info("dev/x")), 100, b"0020600") + bytes(1024)
    assert refusal(tmp_path, content).startswith('AF-B158 archive "orders.zip": its member "dev/x" is a device')


def test_holes_that_attributes_tell_of_are_refused(tmp_path: Path) -> None:
    record = pax_record("GNU.sparse.major", b"1") + pax_record("GNU.sparse.name", b"a")
    attributes = tar_info("x", tarfile.XHDTYPE)
    attributes.size = len(record)
    assert "is a file with holes in it" in refusal(tmp_path, hand_made_tar((attributes, record), (tar_info("a"), b"")))
