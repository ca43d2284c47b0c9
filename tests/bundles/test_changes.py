"""Files of the cache that were changed: named before anything runs, replaced where a sync may, never used."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from aetherflow.core.bundles.activation import active_bundle
from aetherflow.core.bundles.synchronising import SyncOutcome
from aetherflow.core.bundles.verification import BundleChanged, verify
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from tests.bundles.shelf import ORDERS, Library, change


def told(outcome: SyncOutcome) -> list[str]:
    return lines(verify(outcome.active))


def lines(findings: Sequence[Diagnostic]) -> list[str]:
    return [f"{finding.code} {finding.message}" for finding in findings]


def writable(root: Path) -> None:
    for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        folder.chmod(0o700)


def link_in_place(root: Path) -> None:
    (root / "profiles.yaml").unlink()
    (root / "profiles.yaml").symlink_to("/etc/passwd")


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "content": (
        lambda root: change(root / "profiles.yaml", "changed: true\n"),
        ['AF-B220 "profiles.yaml" of the bundle "orders" has changed since it was fetched'],
    ),
    "gone": (
        lambda root: (root / "profiles.yaml").unlink(),
        ['AF-B221 "profiles.yaml" of the bundle "orders" is gone since it was fetched'],
    ),
    "added": (
        lambda root: (root / "flows/evil.yaml").write_text(""),
        ['AF-B222 "flows/evil.yaml" was added to the bundle "orders" after it was fetched'],
    ),
    "folder gone": (
        lambda root: shutil.rmtree(root / "flows"),
        ['AF-B221 "flows/main.yaml" of the bundle "orders" is gone since it was fetched'],
    ),
    "folder added": (
        lambda root: (root / "new/inner").mkdir(parents=True),
        ['AF-B222 "new/inner/" was added to the bundle "orders" after it was fetched'],
    ),
    "emptied": (
        lambda root: (root / "flows/main.yaml").unlink(),
        ['AF-B221 "flows/main.yaml" of the bundle "orders" is gone since it was fetched'],
    ),
    "empty folder gone": (
        lambda root: (root / "outbox").rmdir(),
        ['AF-B221 "outbox/" of the bundle "orders" is gone since it was fetched'],
    ),
    "empty folder filled": (
        lambda root: (root / "outbox/letter").write_text(""),
        ['AF-B222 "outbox/letter" was added to the bundle "orders" after it was fetched'],
    ),
    "executable": (
        lambda root: (root / "profiles.yaml").chmod(0o500),
        ['AF-B223 "profiles.yaml" of the bundle "orders" can be executed now, and could not when it was fetched'],
    ),
    "not executable": (
        lambda root: (root / "scripts/load.sh").chmod(0o400),
        ['AF-B223 "scripts/load.sh" of the bundle "orders" cannot be executed now, and could when it was fetched'],
    ),
    "link": (link_in_place, ['AF-B224 "profiles.yaml" of the bundle "orders" is a symbolic link']),
    "pipe": (lambda root: os.mkfifo(root / "pipe"), ['AF-B224 "pipe" of the bundle "orders" is a named pipe']),
    "file for a folder": (
        lambda root: (shutil.rmtree(root / "flows"), (root / "flows").write_text("")),
        [
            'AF-B222 "flows" was added to the bundle "orders" after it was fetched',
            'AF-B221 "flows/main.yaml" of the bundle "orders" is gone since it was fetched',
        ],
    ),
}


@pytest.fixture
def synced(library: Library) -> SyncOutcome:
    library.shelf.executable.add("scripts/load.sh")
    library.shelf.folders.add("outbox")
    outcome = library.sync()
    writable(outcome.active.root)
    return outcome


def test_what_was_fetched_verifies(synced: SyncOutcome) -> None:
    assert verify(synced.active) == []


@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_is_told_by_name(synced: SyncOutcome, kind: str) -> None:
    make, expected = CHANGES[kind]
    make(synced.active.root)
    assert told(synced) == expected


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("policy", ["cache_check", "always"])
def test_a_changed_bundle_stops_whoever_wants_to_run_it(
    library: Library, synced: SyncOutcome, kind: str, policy: str
) -> None:
    make, expected = CHANGES[kind]
    make(synced.active.root)
    with pytest.raises(BundleChanged) as stopped:
        library.sync(policy=policy)
    assert lines(stopped.value.diagnostics) == expected
    assert stopped.value.exit_code == 3


@pytest.mark.parametrize("kind", CHANGES)
def test_a_sync_that_may_replaces_what_was_changed_and_tells_it(
    library: Library, synced: SyncOutcome, kind: str
) -> None:
    make, expected = CHANGES[kind]
    make(synced.active.root)
    outcome = library.sync(replaces_changed=True)
    assert outcome.fetched
    assert lines(outcome.diagnostics) == expected
    assert {finding.severity for finding in outcome.diagnostics} == {Severity.WARNING}
    assert verify(outcome.active) == []
    assert {path: (outcome.active.root / path).read_text() for path in outcome.active.files} == ORDERS
    assert list((library.folder / "staging").iterdir()) == []


def test_a_file_of_the_same_size_and_time_is_seen(library: Library) -> None:
    outcome = library.sync()
    file = outcome.active.root / "flows/main.yaml"
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    change(file, ORDERS["flows/main.yaml"].replace("orders", "OrderS"))
    os.utime(file, ns=times)
    assert told(outcome) == ['AF-B220 "flows/main.yaml" of the bundle "orders" has changed since it was fetched']


def test_byte_code_is_told_with_the_way_to_prevent_it(library: Library) -> None:
    root = library.sync().active.root
    writable(root)
    (root / "scripts/__pycache__").mkdir()
    (root / "scripts/__pycache__/load.cpython-311.pyc").write_bytes(b"")
    active = active_bundle(library.root, "orders", library.source)
    assert active is not None
    (finding,) = verify(active)
    assert finding.hint == (
        "Python has put it there: set PYTHONDONTWRITEBYTECODE=1 for what runs inside the bundle; "
        "`aetherflow bundle sync` fetches the bundle anew"
    )


def test_a_bundle_whose_folder_is_gone_is_told(library: Library) -> None:
    outcome = library.sync()
    writable(outcome.active.root)
    shutil.rmtree(outcome.active.root)
    assert told(outcome) == [
        f'AF-B225 the folder "{outcome.active.root}" of the bundle "orders" cannot be read: no such file or directory'
    ]
    assert library.sync().fetched


def test_a_changed_record_stops_a_run_and_a_sync_writes_it_anew(library: Library) -> None:
    outcome = library.sync()
    record = outcome.active.root.with_suffix(".json")
    record.write_bytes(record.read_bytes().replace(b"main.yaml", b"evil.yaml"))
    with pytest.raises(BundleChanged) as stopped:
        library.sync()
    assert lines(stopped.value.diagnostics) == [
        f'AF-B216 the record of what the bundle "orders" holds is damaged: "{record}"'
    ]
    assert verify(library.sync(replaces_changed=True).active) == []


def test_a_tree_that_was_changed_while_it_was_not_active_is_replaced_when_it_is_fetched_again(library: Library) -> None:
    old = library.sync().active
    library.shelf.files["profiles.yaml"] = "newer: {}\n"
    library.sync()
    change(old.root / "flows/main.yaml", "flow: {id: evil}\n")
    library.shelf.files["profiles.yaml"] = ORDERS["profiles.yaml"]
    outcome = library.sync()
    assert outcome.active.root == old.root
    assert verify(outcome.active) == []
    assert [finding.severity for finding in outcome.diagnostics] == [Severity.WARNING]


def test_a_changed_tree_is_told_also_where_the_source_has_moved_on(library: Library) -> None:
    change(library.sync().active.root / "profiles.yaml", "changed: true\n")
    library.shelf.files["flows/main.yaml"] = "flow: {id: newer}\n"
    outcome = library.sync(replaces_changed=True)
    assert lines(outcome.diagnostics) == [
        'AF-B220 "profiles.yaml" of the bundle "orders" has changed since it was fetched'
    ]


def test_a_link_in_the_place_of_the_whole_bundle_is_replaced_and_what_it_leads_to_stays(library: Library) -> None:
    root = library.sync().active.root
    away = library.root.parent / "away"
    writable(root)
    root.rename(away)
    root.symlink_to(away)
    outcome = library.sync()
    assert lines(outcome.diagnostics) == [
        f'AF-B225 the folder "{root}" of the bundle "orders" cannot be read: it is a symbolic link'
    ]
    assert outcome.active.root.is_dir() and not outcome.active.root.is_symlink()
    assert (away / "flows/main.yaml").exists()
    assert not library.sync().fetched
