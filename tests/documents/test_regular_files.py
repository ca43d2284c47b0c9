"""Files are read up to a bound, and nothing that is no file is waited for."""

import os
from pathlib import Path

import pytest

from aetherflow.core.documents.regular_files import (
    FileTooLarge,
    NotRegular,
    open_regular,
    read_beginning,
    read_regular,
)


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 3_000_000)
    assert len(read_regular(file, 3_000_000)) == 3_000_000


def test_a_larger_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    with pytest.raises(FileTooLarge, match="larger than 4 bytes"):
        read_regular(file, 4)


def test_of_a_larger_file_the_beginning_can_be_had(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_beginning(file, 4) == b"1234"


@pytest.mark.parametrize("read", [lambda path: read_regular(path, 10), open_regular])
def test_a_pipe_is_not_waited_for(tmp_path: Path, read: object) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotRegular, match="not a regular file"):
        read(tmp_path / "pipe")  # type: ignore[operator]  # both are functions


def test_a_link_to_a_device_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/zero")
    with pytest.raises(NotRegular):
        read_regular(tmp_path / "link", 10)


def test_a_folder_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 10)


def test_nothing_stays_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = list(Path("/proc/self/fd").iterdir())
    for _ in range(3):
        with pytest.raises(NotRegular):
            read_regular(tmp_path / "pipe", 10)
    assert len(list(Path("/proc/self/fd").iterdir())) == len(before)
