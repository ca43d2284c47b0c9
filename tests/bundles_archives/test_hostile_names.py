"""Members whose names lead out, hide, or get in each other's way: one finding, and nothing is written."""

import tarfile
from pathlib import Path

import pytest

from tests.bundles_archives.archives import refusal, tar_info, tar_of, tar_of_infos
from tests.bundles_archives.hand_made import ZipEntry, hand_made_tar, hand_made_zip, pax_record

ADVICE = '\nmake the archive anew from inside its folder, with relative names, "/" between their parts, in UTF-8'
ONCE = "\nmake the archive anew with each name once"

UNSAFE = [
    ("../evil", "../evil", 'it climbs out of the bundle by ".."'),
    ("a/../../evil", "a/../../evil", 'it climbs out of the bundle by ".."'),
    ("..", "..", 'it climbs out of the bundle by ".."'),
    ("./../evil", "./../evil", 'it climbs out of the bundle by ".."'),
    ("/etc/passwd", "/etc/passwd", "it is absolute"),
    ("//host/share", "//host/share", "it is absolute"),
    ("C:/evil", "C:/evil", "it is absolute"),
    ("C:evil", "C:evil", "it is absolute"),
    ("..\\evil", "..\\evil", "it has a backslash in it"),
    ("a\x1b[2Jb", "a␛[2Jb", "it has control characters in it"),
    ("a\nb", "a␊b", "it has control characters in it"),
    ("a//b", "a//b", 'it has an empty part, or "."'),
    ("a/./b", "a/./b", 'it has an empty part, or "."'),
    ("x" * 300, "x" * 120 + "…", "a part of it is longer than 255 bytes"),
    ("ü" * 200, "ü" * 120 + "…", "a part of it is longer than 255 bytes"),
    (("ü" * 100 + "/") * 9 + "z", "ü" * 100 + "/" + "ü" * 19 + "…", "it is longer than 1024 bytes"),
    ("y/" * 600 + "z", "y/" * 60 + "…", "it is longer than 1024 bytes"),
]


@pytest.mark.parametrize(("name", "shown", "reason"), UNSAFE)
def test_an_unsafe_name_in_a_zip_file_is_refused(tmp_path: Path, name: str, shown: str, reason: str) -> None:
    content = hand_made_zip(ZipEntry(name=b"flows/main.yaml"), ZipEntry(name=name.encode()))
    assert refusal(tmp_path, content) == (
        f'AF-B156 archive "orders.zip": its member "{shown}" cannot be unpacked: {reason}' + ADVICE
    )


@pytest.mark.parametrize(("name", "shown", "reason"), UNSAFE)
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_an_unsafe_name_in_a_tar_file_is_refused(tmp_path: Path, name: str, shown: str, reason: str, form: int) -> None:
    content = tar_of({"flows/main.yaml": b"1", name: b"2"}, form=form)
    assert refusal(tmp_path, content) == (
        f'AF-B156 archive "orders.zip": its member "{shown}" cannot be unpacked: {reason}' + ADVICE
    )


@pytest.mark.parametrize("name", [b"..", b"../", b"/", b"a/../", b"", b"//", b"a//"])
def test_an_unsafe_folder_is_refused(tmp_path: Path, name: bytes) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(name=name, content=b""))).startswith("AF-B156 ")


def test_a_name_is_not_cut_at_a_nul(tmp_path: Path) -> None:
    content = hand_made_zip(ZipEntry(name=b"main.yaml\0/../evil"))
    assert refusal(tmp_path, content) == (
        'AF-B156 archive "orders.zip": its member "main.yaml␀/../evil" cannot be unpacked: '
        "it has control characters in it" + ADVICE
    )


def test_a_name_in_attributes_is_not_cut_at_a_nul(tmp_path: Path) -> None:
    record = pax_record("path", b"a\0b")
    attributes = tar_info("x", tarfile.XHDTYPE)
    attributes.size = len(record)
    assert "it has control characters in it" in refusal(
        tmp_path, hand_made_tar((attributes, record), (tar_info("a"), b""))
    )


@pytest.mark.parametrize("flags", [0, 0x800])
def test_a_name_in_a_zip_file_that_is_not_utf_8_is_refused(tmp_path: Path, flags: int) -> None:
    assert refusal(tmp_path, hand_made_zip(ZipEntry(name=b"\xfc.csv", flags=flags))) == (
        'AF-B156 archive "orders.zip": its member "\\xfc.csv" cannot be unpacked: it is not UTF-8' + ADVICE
    )


def test_a_name_in_a_tar_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, hand_made_tar((tar_info("\udcfc.csv"), b""))) == (
        'AF-B156 archive "orders.zip": its member "\\xfc.csv" cannot be unpacked: it is not UTF-8' + ADVICE
    )


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["a", "a"], 'its member "a" is in it twice'),
        (["a", "./a"], 'its member "a" is in it twice'),
        (["a", "a/b"], 'its member "a" is a file and a folder at once'),
        (["a/b", "a"], 'its member "a" is a file and a folder at once'),
        (["a/b/c", "a/b"], 'its member "a/b" is a file and a folder at once'),
        (["a/B", "A/c"], 'its members "a" and "A" have one name where case or accents do not count'),
        (
            ["Main.yaml", "main.yaml"],
            'its members "Main.yaml" and "main.yaml" have one name where case or accents do not count',
        ),
        (["\xfc", "u\u0308"], 'its members "\xfc" and "u\u0308" have one name where case or accents do not count'),
        (["straße", "STRASSE"], 'its members "straße" and "STRASSE" have one name where case or accents do not count'),
    ],
)
def test_names_that_get_in_each_others_way_are_refused(tmp_path: Path, names: list[str], problem: str) -> None:
    finding = f'AF-B159 archive "orders.zip": {problem}' + ONCE
    for folder, content in (
        ("zip", hand_made_zip(*(ZipEntry(name=name.encode(), flags=0x800) for name in names))),
        ("tar", tar_of_infos(*((tar_info(name), b"1") for name in names))),
    ):
        (tmp_path / folder).mkdir()
        assert refusal(tmp_path / folder, content) == finding
