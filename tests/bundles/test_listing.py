"""The fingerprint of a folder: which differences it sees, and what it calls strange."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aetherflow.core.bundles.listing import printable, read_tree
from aetherflow.core.plugins.digests import bytes_digest, tree_digest


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/main.yaml").write_text("flow: {id: orders}\n")
    (tmp_path / "load.sh").write_text("#!/bin/sh\n")
    return tmp_path


def digest(tree: Path) -> str:
    return read_tree(tree).listing.digest


def test_files_are_listed_by_path_with_their_sha256(tree: Path) -> None:
    assert read_tree(tree).listing.files == {
        "flows/main.yaml": bytes_digest(b"flow: {id: orders}\n"),
        "load.sh": bytes_digest(b"#!/bin/sh\n"),
    }


def test_plain_files_have_the_digest_that_plugins_have(tree: Path) -> None:
    listing = read_tree(tree).listing
    assert listing.digest == tree_digest(listing.files)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "load.sh").write_text("#!/bin/bash\n"),
        lambda tree: (tree / "load.sh").rename(tree / "load2.sh"),
        lambda tree: (tree / "load.sh").unlink(),
        lambda tree: (tree / "load.sh").chmod(0o755),
        lambda tree: (tree / "new").write_text(""),
        lambda tree: (tree / "empty").mkdir(),
    ],
    ids=["content", "name", "removal", "executable", "addition", "empty folder"],
)
def test_every_difference_makes_another_digest(tree: Path, change: Callable[[Path], object]) -> None:
    before = digest(tree)
    change(tree)
    assert digest(tree) != before


def test_times_owners_and_other_rights_make_no_difference(tree: Path) -> None:
    before = digest(tree)
    (tree / "load.sh").chmod(0o400)
    os.utime(tree / "load.sh", (0, 0))
    (tree / "flows").chmod(0o500)
    assert digest(tree) == before


def test_an_executable_file_is_not_one_of_another_name(tree: Path) -> None:
    (tree / "load.sh").chmod(0o755)
    executable = digest(tree)
    (tree / "load.sh").chmod(0o644)
    (tree / "load.sh").rename(tree / "load.shx")
    assert digest(tree) != executable


def test_links_pipes_and_odd_names_are_strange_and_not_followed(tree: Path, tmp_path: Path) -> None:
    (tree / "link").symlink_to("load.sh")
    (tree / "folder_link").symlink_to("flows")
    os.mkfifo(tree / "pipe")
    (tree / "a\\b").write_text("")
    reading = read_tree(tree)
    assert dict(reading.strange) == {
        "a\\b": "no name for a file of a bundle: it has a backslash in it",
        "folder_link": "a symbolic link",
        "link": "a symbolic link",
        "pipe": "a named pipe",
    }
    assert list(reading.listing.files) == ["flows/main.yaml", "load.sh"]


def test_a_name_that_is_no_text_is_strange_and_can_be_told(tree: Path) -> None:
    Path(os.fsdecode(os.fsencode(tree) + b"/caf\xe9")).write_text("")
    (name,) = read_tree(tree).strange
    assert printable(name) == "caf\\udce9"


def test_what_cannot_be_read_is_strange(without_root: Path) -> None:
    (without_root / "secret").write_text("")
    (without_root / "secret").chmod(0)
    (without_root / "closed").mkdir()
    (without_root / "closed").chmod(0)
    assert dict(read_tree(without_root).strange) == {
        "closed": "unreadable: permission denied",
        "secret": "unreadable: permission denied",
    }


def test_a_folder_as_deep_as_a_path_can_be_is_read(tree: Path) -> None:
    deep = tree / "/".join(["d"] * 400)
    deep.mkdir(parents=True)
    (deep / "file").write_text("")
    assert "/".join(["d"] * 400) + "/file" in read_tree(tree).listing.files
