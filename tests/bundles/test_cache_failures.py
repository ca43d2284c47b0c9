"""A cache that cannot be written: what is said, and when what it has serves all the same."""

import errno
import os
from pathlib import Path

import pytest

from aetherflow.core.bundles.cache import CacheFailed
from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits
from aetherflow.core.bundles.verification import verify
from tests.bundles.shelf import Library


@pytest.fixture
def read_only(without_root: Path) -> Library:
    """Give a cache with a bundle in it, whose folders cannot be written any more."""
    library = Library(without_root)
    library.sync()
    for folder in (library.root, *(path for path in library.root.rglob("*") if path.is_dir())):
        folder.chmod(0o500)
    (library.folder / "lock").chmod(0o400)
    return library


def test_a_cache_that_cannot_be_written_serves_while_the_source_has_nothing_new(read_only: Library) -> None:
    read_only.clock.seconds += 1000
    outcome = read_only.sync()
    assert not outcome.fetched
    assert verify(outcome.active) == []


def test_what_is_new_cannot_be_fetched_into_it(read_only: Library) -> None:
    read_only.shelf.files["new.txt"] = ""
    with pytest.raises(CacheFailed) as failed:
        read_only.sync()
    (finding,) = failed.value.diagnostics
    assert finding.code == "AF-B210"
    assert finding.message.startswith(f'the cache of bundles "{read_only.folder}" cannot be written: permission denied')
    assert finding.notes == ("there is a copy of a moment ago: `--allow-stale-bundle` uses it",)


def test_its_old_bundle_serves_where_that_is_allowed(read_only: Library) -> None:
    read_only.shelf.files["new.txt"] = ""
    outcome = read_only.sync(allow_stale=True)
    assert outcome.active.is_stale
    assert outcome.diagnostics[0].code == "AF-B214"


def test_a_state_folder_that_cannot_be_written_is_told(without_root: Path) -> None:
    library = Library(without_root)
    without_root.chmod(0o500)
    with pytest.raises(CacheFailed, match="cannot be written: permission denied"):
        library.sync()


def test_a_file_in_the_place_of_the_cache_is_told(library: Library) -> None:
    library.root.mkdir()
    library.folder.write_text("")
    with pytest.raises(CacheFailed, match=r"cannot be written: (not a directory|file exists)"):
        library.sync()


def test_a_full_disk_leaves_the_old_bundle_active_and_nothing_half(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = library.sync().active

    def no_room(source: BundleSource, into: Path, limits: Limits) -> Fetched:
        (into / "half").write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(library.shelf, "fetch", no_room)
    with pytest.raises(CacheFailed) as failed:
        library.sync(policy="always")
    (finding,) = failed.value.diagnostics
    assert (finding.code, finding.message) == (
        "AF-B211",
        f'there is no room left for the bundle in "{library.folder}"',
    )
    assert list((library.folder / "staging").iterdir()) == []
    assert library.sync().active.root == old.root


@pytest.mark.parametrize("operation", ["fsync", "chmod", "rename", "replace"])
def test_whatever_the_disk_refuses_the_old_bundle_is_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    old = library.sync().active
    library.shelf.files["new.txt"] = ""

    def refused(*arguments: object, **options: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(os, operation, refused)
        with pytest.raises(FetchFailed, match="cannot be written: input/output error"):
            library.sync()
    assert verify(old) == []
    again = library.sync()
    assert again.fetched
    assert verify(again.active) == []
