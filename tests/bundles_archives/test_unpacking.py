"""Archives as people make them are unpacked, whatever made them and whatever they are called."""

import bz2
import gzip
import hashlib
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.bundles_archives.archives import (
    FILES,
    contents,
    fetched,
    modes,
    tar_info,
    tar_of,
    tar_of_infos,
    tree,
    zip_of,
)
from tests.bundles_archives.hand_made import ZipEntry, hand_made_tar, hand_made_zip, pax_record


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (zip_of(), "zip"),
        (zip_of(compression=zipfile.ZIP_STORED), "zip"),
        (tar_of(), "tar"),
        (tar_of(mode="w:gz"), "tar, gzip"),
        (tar_of(mode="w:bz2"), "tar, bzip2"),
        (tar_of(mode="w:xz"), "tar, xz"),
        (tar_of(form=tarfile.PAX_FORMAT), "tar"),
        (tar_of(form=tarfile.USTAR_FORMAT), "tar"),
    ],
)
def test_an_archive_is_known_by_its_content_and_not_by_its_name(tmp_path: Path, content: bytes, form: str) -> None:
    got = fetched(tmp_path, content, name="orders.rar")
    assert contents(tmp_path / "into") == FILES
    assert got.revision == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert got.detail == {"format": form, "files": "3", "size": f"{len(content):,} bytes"}
    assert got.validators == {}


@pytest.mark.parametrize(
    "command",
    [
        "tar -cf ../made .",
        "tar -czf ../made flows profiles.yaml data",
        "tar --format=posix -cJf ../made *",
        "tar --format=v7 -cf ../made .",
        "tar --format=oldgnu -cjf ../made .",
        "tar -c . | gzip -9 > ../made && head -c 5000 /dev/zero >> ../made",
    ],
)
def test_what_the_programs_of_this_machine_pack_is_unpacked(tmp_path: Path, command: str) -> None:
    for name, content in FILES.items():
        (tmp_path / "orders" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "orders" / name).write_bytes(content)
    subprocess.run(command, shell=True, check=True, cwd=tmp_path / "orders")
    (tmp_path / "work").mkdir()
    fetched(tmp_path / "work", (tmp_path / "made").read_bytes())
    assert contents(tmp_path / "work/into") == FILES


def test_what_git_archive_makes_is_unpacked_with_its_one_folder(tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com"]
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders/main.yaml").write_text("flow: {}\n")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Orders"]):
        subprocess.run([*git, *arguments], check=True, cwd=tmp_path / "orders")
    for form in ("tar.gz", "zip"):
        made = ["archive", f"--format={form}", "--prefix=orders-1.2/", "HEAD"]
        content = subprocess.run([*git, *made], check=True, cwd=tmp_path / "orders", capture_output=True).stdout
        (tmp_path / form).mkdir()
        fetched(tmp_path / form, content)
        assert tree(tmp_path / form / "into") == ["orders-1.2", "orders-1.2/main.yaml"]


def test_files_and_folders_are_for_their_owner_alone_and_only_the_right_to_execute_is_kept(tmp_path: Path) -> None:
    umask = os.umask(0o177)
    try:
        fetched(
            tmp_path,
            tar_of_infos(
                (tar_info("bin/run", mode=0o6755), b"#!/bin/sh\n"),
                (tar_info("bin/others-run", mode=0o655), b""),
                (tar_info("open", mode=0o1777), b""),
                (tar_info("data", tarfile.DIRTYPE, mode=0o2777), b""),
                (tar_info("none", mode=0), b""),
            ),
        )
    finally:
        os.umask(umask)
    assert modes(tmp_path / "into") == {
        "bin": "0o40700",
        "bin/run": "0o100700",
        "bin/others-run": "0o100600",
        "open": "0o100700",
        "data": "0o40700",
        "none": "0o100600",
    }


def test_a_zip_file_keeps_the_right_to_execute_if_it_was_made_where_there_is_one(tmp_path: Path) -> None:
    fetched(
        tmp_path,
        hand_made_zip(
            ZipEntry(name=b"run", mode=0o104755),
            ZipEntry(name=b"dos", mode=0o100755, system=0),
            ZipEntry(name=b"plain", mode=0),
        ),
    )
    assert modes(tmp_path / "into") == {"run": "0o100700", "dos": "0o100600", "plain": "0o100600"}


def test_names_in_utf_8_are_read_whether_or_not_the_zip_file_says_so(tmp_path: Path) -> None:
    fetched(tmp_path, hand_made_zip(ZipEntry(name="ü".encode()), ZipEntry(name="é".encode(), flags=0x800)))
    assert tree(tmp_path / "into") == ["é", "ü"]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_read(tmp_path: Path, form: int) -> None:
    names = ["a/" * 200 + "b", "c" * 255, "ü" * 127]
    fetched(tmp_path, tar_of(dict.fromkeys(names, b"1"), form=form))
    assert sorted(contents(tmp_path / "into")) == sorted(names)


def test_a_size_in_attributes_counts_instead_of_the_one_in_the_header(tmp_path: Path) -> None:
    attributes = tar_info("x", tarfile.XHDTYPE)
    record = pax_record("size", b"600") + pax_record("path", b"b/c") + pax_record("mtime", b"1.5")
    attributes.size = len(record)
    fetched(tmp_path, hand_made_tar((attributes, record), (tar_info("a"), b"1" * 600)))
    assert contents(tmp_path / "into") == {"b/c": b"1" * 600}


def test_dots_before_names_and_the_folder_itself_are_no_part_of_them(tmp_path: Path) -> None:
    folder = tar_info("./", tarfile.DIRTYPE)
    fetched(tmp_path, tar_of_infos((folder, b""), (tar_info("./a/b"), b"1"), (tar_info("././c"), b"2")))
    assert contents(tmp_path / "into") == {"a/b": b"1", "c": b"2"}


def test_a_folder_may_be_named_twice_and_after_what_is_in_it(tmp_path: Path) -> None:
    folder = tar_info("a", tarfile.DIRTYPE)
    fetched(tmp_path, tar_of_infos((tar_info("a/b"), b"1"), (folder, b""), (folder, b"")))
    assert tree(tmp_path / "into") == ["a", "a/b"]


def test_empty_folders_are_kept(tmp_path: Path) -> None:
    fetched(tmp_path, zip_of({"a": b"", "data/in/": b""}))
    assert tree(tmp_path / "into") == ["a", "data", "data/in"]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress])
def test_what_was_compressed_in_several_parts_is_one(tmp_path: Path, compress: "type[bytes]") -> None:
    content = tar_of({"a": os.urandom(200_000)})
    parts = [compress(content[:70_000]), compress(content[70_000:150_000]), compress(b""), compress(content[150_000:])]
    fetched(tmp_path, b"".join(parts))
    assert tree(tmp_path / "into") == ["a"]


def test_a_tar_file_may_end_with_a_single_block_of_zeros(tmp_path: Path) -> None:
    fetched(tmp_path, hand_made_tar((tar_info("a"), b""), end=bytes(512)))
    assert tree(tmp_path / "into") == ["a"]


def test_an_archive_inside_is_a_file_like_others(tmp_path: Path) -> None:
    inner = zip_of({"../evil": b"1"})
    fetched(tmp_path, zip_of({"inner.zip": inner}))
    assert contents(tmp_path / "into") == {"inner.zip": inner}


def test_a_zip_file_with_a_comment_is_unpacked(tmp_path: Path) -> None:
    fetched(tmp_path, hand_made_zip(ZipEntry(method=8), comment=b"made by hand"))
    assert contents(tmp_path / "into") == {"a": b"1"}


def test_a_zip_file_with_large_numbers_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    content = zip_of()
    monkeypatch.undo()
    assert b"PK\x06\x06" in content
    fetched(tmp_path, content)
    assert contents(tmp_path / "into") == FILES
