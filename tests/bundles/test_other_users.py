"""A cache that other users may have filled is neither used nor written to."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aetherflow.core.bundles.activation import active_bundle
from aetherflow.core.bundles.ownership import CacheNotOurs
from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.state.private_files import make_private_folder
from tests.bundles.shelf import Library

FOLDERS = [".", "orders", "orders/store", "orders/staging", "orders/active"]
INNER = FOLDERS[2:]


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Give what makes a folder another user's."""

    def give(folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, 65534, -1, follow_symlinks=False)
        else:  # who is not root gives nothing away, but may be somebody else
            monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    return give


def refusal(library: Library) -> str:
    """Give the one finding, with which every way into the cache ends."""
    with pytest.raises(CacheNotOurs) as refused:
        library.sync(allow_stale=True, replaces_changed=True)
    with pytest.raises(PluginRefused, match="cannot be trusted"):
        active_bundle(library.root, "orders", library.source)
    (finding,) = refused.value.diagnostics
    assert finding.code == "AF-B226"
    return finding.message.removeprefix("the cache of bundles cannot be trusted: ")


@pytest.mark.parametrize("inner", FOLDERS)
def test_a_folder_of_another_user_is_refused(library: Library, give_away: Callable[[Path], None], inner: str) -> None:
    library.sync()
    give_away(library.root / inner)
    assert refusal(library).endswith("belongs to another user")


def test_a_folder_that_another_user_has_prepared_is_refused(
    library: Library, give_away: Callable[[Path], None]
) -> None:
    make_private_folder(library.folder)
    give_away(library.folder)
    refusal(library)
    assert list(library.folder.iterdir()) == []


@pytest.mark.parametrize("inner", FOLDERS)
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_that_others_may_write_to_is_refused(library: Library, inner: str, mode: int) -> None:
    library.sync()
    folder = library.root / inner
    folder.chmod(mode)
    assert refusal(library) == f'"{folder}" may be written to by other users'


@pytest.mark.parametrize("inner", INNER)
def test_what_a_planted_link_leads_to_is_not_emptied(library: Library, inner: str) -> None:
    victim = library.root.parent / "victim"
    victim.mkdir()
    (victim / "kept.json").write_text("kept")
    make_private_folder(library.folder)
    (library.root / inner).symlink_to(victim)
    assert refusal(library) == f'"{library.root / inner}" is a symbolic link'
    assert [path.name for path in victim.iterdir()] == ["kept.json"]


def test_a_link_of_another_user_to_a_folder_of_ours_is_refused(
    library: Library, give_away: Callable[[Path], None]
) -> None:
    (library.root.parent / "elsewhere").mkdir(mode=0o700)
    library.root.symlink_to(library.root.parent / "elsewhere")
    give_away(library.root)
    assert refusal(library).endswith("belongs to another user")


def test_the_cache_may_be_a_link_of_our_own(library: Library) -> None:
    (library.root.parent / "elsewhere").mkdir(mode=0o700)
    library.root.symlink_to(library.root.parent / "elsewhere")
    assert library.sync().fetched
    assert not library.sync().fetched
