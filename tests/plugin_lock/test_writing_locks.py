"""A lock is written whole or not at all, as a file of its own."""

import errno
import os
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.plugins.lock_writing import write_lock

CONTENT = b"{}\n"


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        write_lock(path, CONTENT, "the.lock")
    (finding,) = caught.value.diagnostics
    assert (finding.code, caught.value.exit_code) == ("AF-P405", 2)
    return finding.message.removeprefix('the lock of plugins "the.lock" cannot be written: ')


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_lock_is_written_for_everybody_to_read_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        assert write_lock(tmp_path / "lock", CONTENT)
    finally:
        os.umask(before)
    assert (tmp_path / "lock").read_bytes() == CONTENT
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o644
    assert names_in(tmp_path) == ["lock"]


def test_a_lock_that_says_the_same_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(CONTENT)
    before = (tmp_path / "lock").stat()
    assert not write_lock(tmp_path / "lock", CONTENT)
    assert (tmp_path / "lock").stat() == before


def test_a_reader_has_the_old_lock_or_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"old")
    with (tmp_path / "lock").open("rb") as reader:
        write_lock(tmp_path / "lock", CONTENT)
        assert reader.read() == b"old"
    assert (tmp_path / "lock").read_bytes() == CONTENT


def test_a_link_is_not_followed_and_not_lost(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"somebody's")
    (tmp_path / "lock").symlink_to(tmp_path / "target")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    assert refused(tmp_path / "lock") == refused(tmp_path / "dangling") == "it is a link"
    assert (tmp_path / "target").read_bytes() == b"somebody's"
    assert names_in(tmp_path) == ["dangling", "lock", "target"]


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == refused(tmp_path) == "it is not a regular file"
    assert refused(Path("a\0b")) == "its path contains a NUL"


def test_a_folder_that_cannot_be_written_is_a_finding(without_root: Path) -> None:
    without_root.chmod(0o500)
    assert refused(without_root / "lock") == "permission denied"


def test_a_lock_that_cannot_be_finished_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "lock").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", is_full)
    assert refused(tmp_path / "lock") == "no space left on device"
    assert (tmp_path / "lock").read_bytes() == b"old"
    assert names_in(tmp_path) == ["lock"]
