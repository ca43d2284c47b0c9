"""Files are written below one folder, whatever happens to it meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aetherflow.core.bundles.private_tree import PrivateTree
from tests.bundles_archives.archives import contents, tree


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with PrivateTree(tmp_path) as writer, pytest.raises(FileExistsError):
        writer.write_file("a", [b"new"])
    assert contents(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize("target", ["../outside", "inside"])
def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path, target: str) -> None:
    root = tmp_path / "root"
    for folder in (root, tmp_path / "outside", root / "inside"):
        folder.mkdir()
    (root / "a").symlink_to(target)
    with PrivateTree(root) as writer, pytest.raises(OSError, match="Not a directory"):
        writer.write_file("a/b", [b"1"])
    assert tree(tmp_path / "outside") == tree(root / "inside") == []


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root/a").symlink_to("../outside")
    with PrivateTree(tmp_path / "root") as writer, pytest.raises(FileExistsError):
        writer.write_file("a", [b"1"])
    assert not (tmp_path / "outside").exists()


def test_a_folder_that_is_moved_away_meanwhile_takes_what_is_written_with_it(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()

    def pieces() -> Iterator[bytes]:
        (tmp_path / "root").rename(tmp_path / "moved")
        (tmp_path / "root").symlink_to("/nowhere")
        yield b"1"

    with PrivateTree(tmp_path / "root") as writer:
        writer.write_file("a", pieces())
        writer.write_file("b/c", [b"2"])
    assert contents(tmp_path / "moved") == {"a": b"1", "b/c": b"2"}


def test_the_size_of_what_was_written_is_told(tmp_path: Path) -> None:
    with PrivateTree(tmp_path) as writer:
        assert writer.write_file("a", [b"12", b"", b"345"]) == 5
        assert writer.write_file("b", []) == 0


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    before = _open_descriptors()
    with PrivateTree(tmp_path) as writer:
        for name in ("a/b/c", "a/d", "e", "a/b/f"):
            writer.write_file(name, [b"1"])
        writer.make_folder("g/h")
        with pytest.raises(FileExistsError):
            writer.write_file("e", [b"1"])
    assert _open_descriptors() == before


def _open_descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())
