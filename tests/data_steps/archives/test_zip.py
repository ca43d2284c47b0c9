"""Files become an archive: in order, the same each time, whole or not at all, with a password where that is wanted."""

import hashlib
import os
import sys
import zipfile
from pathlib import Path

import pytest
import pyzipper

from aetherflow.core.api import StepFailed
from tests.builtins.conftest import SECRET
from tests.data_steps.archives.conftest import Archiver


@pytest.mark.parametrize("resource", ["plain", "safe"])
@pytest.mark.parametrize("compression", ["deflate", "store"])
def test_what_is_packed_comes_out_as_it_was(archiver: Archiver, resource: str, compression: str) -> None:
    archiver.options = {"compression": compression}
    contents = {
        "b.csv": b"x" * 100_000,
        "a/ä ö.bin": bytes(range(256)) * 5000,
        "a/empty": b"",
        "run.sh": b"#!/bin/sh\n",
    }
    for name, content in contents.items():
        archiver.file(f"data/{name}", content)
    (archiver.ctx.artifacts_dir / "data/run.sh").chmod(0o700)
    outputs = archiver.zip(resource=resource, folder="data").outputs
    packed = Path(outputs["path"]).read_bytes()
    assert outputs == {
        "path": str(archiver.ctx.artifacts_dir / "out.zip"),
        "files": 4,
        "bytes": len(packed),
        "content_bytes": sum(map(len, contents.values())),
        "sha256": hashlib.sha256(packed).hexdigest(),
    }
    outputs = archiver.unzip(resource=resource).outputs
    unpacked = Path(outputs["path"])
    assert {name: (unpacked / name).read_bytes() for name in contents} == contents
    assert (outputs["files"], outputs["names"]) == (4, sorted(contents))
    assert outputs["bytes"] == sum(map(len, contents.values()))
    assert os.access(unpacked / "run.sh", os.X_OK)
    assert not (unpacked / "b.csv").stat().st_mode & 0o111


def test_other_programs_read_it(archiver: Archiver) -> None:
    archiver.file("a.csv", b"1,2\n" * 1000)
    with zipfile.ZipFile(archiver.zip().outputs["path"]) as archive:
        assert archive.testzip() is None
        assert archive.read("a.csv") == b"1,2\n" * 1000
    with pyzipper.AESZipFile(
        archiver.zip(resource="safe", path="safe.zip", files=["*.csv"]).outputs["path"]
    ) as archive:
        archive.setpassword(SECRET.encode())
        assert archive.read("a.csv") == b"1,2\n" * 1000
        assert archive.infolist()[0].wz_aes_strength == 3


def test_the_same_files_make_the_same_archive_whenever_they_were_written(archiver: Archiver) -> None:
    digests = set()
    for when, names in [(1_000_000_000, "abc"), (1_500_000_000, "cba")]:
        for name in names:
            os.utime(archiver.file(f"data/{name}", name.encode()), (when, when))
        digests.add(archiver.zip(folder="data").outputs["sha256"])
    assert len(digests) == 1


def test_patterns_choose_files_below_the_folder_and_never_the_archive_itself(archiver: Archiver) -> None:
    for name in ("a.csv", "b.txt", "deep/c.csv", "deep/er/d.csv", "deep/no.csv", ".a.csv.0123456789ab.part"):
        archiver.file(name)
    archiver.zip()
    for files, exclude, names in [
        (["*.csv"], [], ["a.csv"]),
        (["**/*.csv"], ["deep/no.csv"], ["a.csv", "deep/c.csv", "deep/er/d.csv"]),
        (["deep/*.csv", "*.txt"], ["**/no.*"], ["b.txt", "deep/c.csv"]),
        (["**/*"], [], ["a.csv", "b.txt", "deep/c.csv", "deep/er/d.csv", "deep/no.csv"]),
    ]:
        with zipfile.ZipFile(archiver.zip(files=files, exclude=exclude).outputs["path"]) as archive:
            assert archive.namelist() == names


def test_no_file_is_nothing_to_do_unless_the_flow_says_otherwise(archiver: Archiver) -> None:
    result = archiver.zip(files=["*.csv"])
    assert (result.status, result.reason, result.outputs["path"]) == ("SKIPPED", "no file matches", None)
    assert archiver.seen() == ["artifacts"]
    assert archiver.zip(files=["*.csv"], skip_when_empty=False).outputs["files"] == 0
    result = archiver.unzip()
    assert (result.status, result.reason, result.outputs["names"]) == ("SKIPPED", "the archive has no files", [])


@pytest.mark.parametrize("resource", ["plain", "safe"])
def test_the_level_says_how_hard_it_is_tried(archiver: Archiver, resource: str) -> None:
    words = ("alpha", "beta", "gamma", "delta")
    text = " ".join(f"{words[number * number % 11 % 4]}{number * 7919 % 97}" for number in range(20_000))
    archiver.file("a.txt", text.encode())
    sizes = []
    for level in (1, "6", 9):
        archiver.options = {"level": level}
        sizes.append(archiver.zip(resource=resource, files=["a.txt"]).outputs["bytes"])
    assert sizes[0] > sizes[1] > sizes[2]


def test_options_may_come_as_texts_out_of_templates(archiver: Archiver) -> None:
    archiver.file("a.txt")
    archiver.options = {"key_bits": "128", "level": "9"}
    archiver.zip(resource="safe", files=["a.txt"])
    archiver.options = {"key_bits": "100"}
    with pytest.raises(StepFailed) as raised:
        archiver.zip(resource="safe", files=["a.txt"])
    assert raised.value.message.startswith('resource "safe": its options cannot be used: ')
    assert SECRET not in raised.value.message


def test_a_folder_that_is_not_there_is_said(archiver: Archiver) -> None:
    assert archiver.zip(folder="nowhere").reason == 'there is no folder "nowhere"'


def test_links_are_not_packed_and_it_is_said(archiver: Archiver, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    archiver.file("a.csv")
    (archiver.ctx.artifacts_dir / "link").symlink_to(tmp_path / "secret")
    (archiver.ctx.artifacts_dir / "folder").symlink_to(tmp_path)
    with zipfile.ZipFile(archiver.zip(files=["*", "folder/*"]).outputs["path"]) as archive:
        assert archive.namelist() == ["a.csv"]
    assert [level for level, _ in archiver.ctx.logged] == ["warning"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"files": ["../*"]}, '`files`: "../*" may lead out of the job\'s directory'),
        ({"files": ["/etc/*"]}, '`files`: "/etc/*" is absolute'),
        ({"files": ["a**"]}, '`files`: "a**" is no pattern'),
        ({"folder": "../x"}, '`folder`: "../x" may lead out of the job\'s directory'),
        ({"path": "../x.zip"}, '`path`: "../x.zip" may lead out of the job\'s directory'),
    ],
)
def test_what_leads_out_is_refused(archiver: Archiver, inputs: dict[str, object], message: str) -> None:
    archiver.file("a")
    with pytest.raises(StepFailed) as raised:
        archiver.zip(**inputs)
    assert raised.value.message.startswith(message)
    assert archiver.seen() == ["artifacts", "artifacts/a"]


def test_a_cancelled_step_leaves_nothing(archiver: Archiver) -> None:
    archiver.file("a")
    archiver.ctx.is_cancelled = True
    with pytest.raises(StepFailed, match="the packing was ended: the step was out of time"):
        archiver.zip()
    assert archiver.seen() == ["artifacts", "artifacts/a"]


def test_a_name_that_is_no_text_is_said(archiver: Archiver) -> None:
    archiver.file(os.fsdecode(b"a\xff.csv"))
    with pytest.raises(StepFailed) as raised:
        archiver.zip()
    assert raised.value.message == '"a\\xdcff.csv" cannot be packed: its name is not UTF-8'


def test_an_absent_library_is_said_with_the_command_that_installs_it(
    archiver: Archiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    archiver.file("a")
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    with pytest.raises(StepFailed) as raised:
        archiver.zip(resource="safe")
    assert raised.value.message == 'resource "safe": this needs the library pyzipper, which is not installed'
    assert raised.value.hint == "pip install 'aetherflow[archive]'"
