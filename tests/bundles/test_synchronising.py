"""What a sync does: when it asks, when it fetches, what is in the cache afterwards."""

import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from aetherflow.core.bundles.activation import active_bundle
from aetherflow.core.bundles.fetching import BundleRefused
from aetherflow.core.bundles.values import FetchFailed
from aetherflow.core.bundles.verification import verify
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import InputError
from tests.bundles.shelf import ORDERS, Library, Shelf


def test_the_first_sync_fetches_what_the_source_has(library: Library) -> None:
    outcome = library.sync()
    assert outcome.fetched
    assert {path: (outcome.active.root / path).read_text() for path in outcome.active.files} == ORDERS
    assert outcome.active.root == library.folder / "store" / outcome.active.digest.removeprefix("sha256:")


def test_what_a_sync_gives_is_on_record(library: Library) -> None:
    outcome = library.sync()
    assert active_bundle(library.root, "orders", library.source) == outcome.active
    assert outcome.active.detail == {"shelf": "3"}
    assert outcome.active.fetched_at == library.clock.seconds


def test_nothing_is_active_before_the_first_sync(library: Library) -> None:
    assert active_bundle(library.root, "orders", library.source) is None
    assert not library.root.exists()


def test_cache_check_fetches_nothing_while_the_source_has_nothing_new(library: Library) -> None:
    first = library.sync()
    second = library.sync()
    assert not second.fetched
    assert second.active.root == first.active.root
    assert (library.shelf.asked, library.shelf.fetched) == (1, 1)


def test_cache_check_fetches_what_is_new(library: Library) -> None:
    old = library.sync()
    library.shelf.files["flows/main.yaml"] = "flow: {id: newer}\n"
    new = library.sync()
    assert new.fetched
    assert (new.active.root / "flows/main.yaml").read_text() == "flow: {id: newer}\n"
    assert (old.active.root / "flows/main.yaml").read_text() == ORDERS["flows/main.yaml"]


def test_cache_check_fetches_where_the_source_cannot_tell(library: Library) -> None:
    library.shelf.can_tell = False
    library.sync()
    assert library.sync().fetched


def test_always_fetches_without_asking(library: Library) -> None:
    library.sync(policy="always")
    assert library.sync(policy="always").fetched
    assert (library.shelf.asked, library.shelf.fetched) == (0, 2)


def test_the_same_content_is_stored_once(library: Library) -> None:
    first = library.sync(policy="always")
    inode = (first.active.root / "profiles.yaml").stat().st_ino
    library.clock.seconds += 60
    second = library.sync(policy="always")
    assert (second.active.root / "profiles.yaml").stat().st_ino == inode
    assert second.active.fetched_at == first.active.fetched_at + 60
    assert len(library.trees()) == 1


def test_everything_in_the_store_is_read_only_and_scripts_may_be_executed(library: Library) -> None:
    library.shelf.executable.add("scripts/load.sh")
    root = library.sync().active.root
    modes = {str(path.relative_to(root)): stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert modes == {
        ".": 0o500,
        "flows": 0o500,
        "flows/main.yaml": 0o400,
        "profiles.yaml": 0o400,
        "scripts": 0o500,
        "scripts/load.sh": 0o500,
    }


def test_nobody_else_may_enter_the_cache(library: Library) -> None:
    library.sync()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (library.root, library.folder)} == {0o700}
    assert stat.S_IMODE((library.folder / "lock").stat().st_mode) == 0o600


def test_empty_folders_and_rights_are_part_of_a_bundle(library: Library) -> None:
    plain = library.sync().active
    library.shelf.folders.add("outbox/today")
    library.shelf.executable.add("scripts/load.sh")
    active = library.sync().active
    assert active.digest != plain.digest
    assert (active.executable, active.empty_folders) == (frozenset({"scripts/load.sh"}), frozenset({"outbox/today"}))
    assert verify(active) == []


def test_another_source_of_the_same_id_does_not_get_the_bundle_of_this_one(library: Library) -> None:
    library.sync()
    other = replace(library.source, location="another")
    assert active_bundle(library.root, "orders", other) is None
    library.shelf.files["profiles.yaml"] = "other: {}\n"
    assert library.sync(source=other).fetched
    assert active_bundle(library.root, "orders", library.source) != active_bundle(library.root, "orders", other)


@pytest.mark.parametrize(
    "other",
    [
        {"type": "archive"},
        {"location": "shelf2"},
        {"ref": "v2"},
        {"sha256": "0" * 64},
        {"folder": Path("/elsewhere")},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_source_is_told_by_each_of_its_parts(library: Library, other: dict[str, object]) -> None:
    library.sync()
    assert active_bundle(library.root, "orders", replace(library.source, **other)) is None


def test_a_url_is_the_same_source_wherever_the_manifest_is_and_whatever_the_password(library: Library) -> None:
    url = replace(library.source, location="https://ada:first@example.com/orders.zip?X-Amz-Signature=1&part=2")
    library.sync(source=url)
    moved = replace(url, folder=Path("/elsewhere"), location=url.location.replace("first", "second"))
    assert active_bundle(library.root, "orders", moved) is not None
    assert (
        active_bundle(library.root, "orders", replace(url, location=url.location.replace("part=2", "part=3"))) is None
    )


def test_no_password_and_no_signature_is_written_into_the_cache(library: Library) -> None:
    library.sync(source=replace(library.source, location="https://ada:hunter22@example.com/a.zip?sig=c0ffee&part=2"))
    written = [path.read_bytes() for path in library.folder.rglob("*") if path.is_file()]
    assert not any(b"hunter22" in content or b"c0ffee" in content for content in written)
    assert any(b"https://example.com/a.zip?sig=***&part=2" in content for content in written)


def test_an_id_that_leads_elsewhere_is_refused(library: Library) -> None:
    with pytest.raises(InputError, match=r'"\.\./orders" cannot be the name of a folder'):
        library.sync(bundle_id="../orders")


def test_a_source_without_files_is_refused_and_the_bundle_stays(library: Library) -> None:
    library.sync()
    library.shelf.files = {}
    with pytest.raises(FetchFailed) as failed:
        library.sync()
    (finding,) = failed.value.diagnostics
    assert (finding.code, finding.message) == (
        "AF-B213",
        'there are no files in the source of the bundle "orders": "shelf"',
    )
    assert active_bundle(library.root, "orders", library.source) is not None


def test_a_link_in_what_was_fetched_is_refused_with_its_name(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = library.shelf.fetch

    def fetch_with_link(source, into, limits):  # type: ignore[no-untyped-def]
        (into / "latest").symlink_to("flows")
        return fetch(source, into, limits)

    monkeypatch.setattr(library.shelf, "fetch", fetch_with_link)
    with pytest.raises(FetchFailed) as refused:
        library.sync()
    (finding,) = refused.value.diagnostics
    assert (finding.code, finding.message) == ("AF-B212", '"latest" of the bundle "orders" is a symbolic link')
    assert list((library.folder / "staging").iterdir()) == []


MISSING = Diagnostic(code="AF-B218", message='"flows/main.yaml" is not in the bundle')


def test_a_bundle_that_the_check_refuses_does_not_become_active(library: Library) -> None:
    old = library.sync().active
    library.shelf.files["profiles.yaml"] = "newer: {}\n"
    with pytest.raises(BundleRefused) as refused:
        library.sync(check=lambda root, listing: [MISSING])
    assert refused.value.diagnostics == (MISSING,)
    assert active_bundle(library.root, "orders", library.source) == old


def test_the_check_sees_the_files_that_were_fetched(library: Library) -> None:
    seen = []

    def check(root: Path, listing: object) -> list[Diagnostic]:
        seen.append((root / "profiles.yaml").read_text())
        return [replace(MISSING, severity=Severity.WARNING)]

    outcome = library.sync(check=check)
    assert seen == ["{}\n"]
    assert [finding.message for finding in outcome.diagnostics] == [MISSING.message]


def test_what_is_in_the_cache_is_checked_too_for_the_manifest_may_have_changed(library: Library) -> None:
    library.sync()
    with pytest.raises(BundleRefused):
        library.sync(check=lambda root, listing: [MISSING])


def test_what_a_dead_sync_left_is_removed_by_the_next_one_even_if_nothing_is_new(library: Library) -> None:
    library.sync()
    left = library.folder / "staging/4711-abc/tree/flows"
    left.mkdir(parents=True)
    (left / "half").write_text("")
    (left / "half").chmod(0o400)
    left.chmod(0o500)
    library.sync()
    assert list((library.folder / "staging").iterdir()) == []


def test_a_pointer_that_is_damaged_is_no_pointer(library: Library) -> None:
    library.sync()
    (pointer,) = (library.folder / "active").iterdir()
    for damage in (b"", b"{", pointer.read_bytes().replace(b'"sha256:', b'"sha256:../')):
        pointer.write_bytes(damage)
        assert active_bundle(library.root, "orders", library.source) is None
        assert library.sync().fetched


def test_that_a_source_has_nothing_new_is_noted_once_a_minute(library: Library) -> None:
    library.sync()
    library.clock.seconds += 30
    assert library.sync().active.current_at == library.clock.seconds
    noted = active_bundle(library.root, "orders", library.source)
    assert noted is not None
    assert noted.current_at == library.clock.seconds - 30
    library.clock.seconds += 31
    library.sync()
    noted = active_bundle(library.root, "orders", library.source)
    assert noted is not None
    assert (noted.current_at, noted.fetched_at) == (library.clock.seconds, library.clock.seconds - 61)


def test_two_bundles_do_not_meet(library: Library, tmp_path: Path) -> None:
    library.sync()
    library.shelf = Shelf({"a": "b"})
    library.sync(bundle_id="invoices")
    assert {path.name for path in library.root.iterdir()} == {"orders", "invoices"}


@pytest.mark.parametrize("has_syncfs", [True, False])
def test_a_bundle_of_many_files_is_settled_like_one_of_few(
    library: Library, monkeypatch: pytest.MonkeyPatch, has_syncfs: bool
) -> None:
    from aetherflow.core.bundles import settling

    if not has_syncfs:
        monkeypatch.setattr(settling, "_write_file_system", lambda folder: False)
    library.shelf.files = {f"data/{number // 100}/{number}.txt": str(number) for number in range(300)}
    active = library.sync().active
    assert {stat.S_IMODE(path.stat().st_mode) for path in active.root.rglob("*.txt")} == {0o400}
    assert verify(active) == []
