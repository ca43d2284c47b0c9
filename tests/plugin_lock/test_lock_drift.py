"""How plugins differ from a lock: every difference has its plugin and its file, and nothing else is told."""

import shutil
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.contents import PluginContents
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.lock_comparison import lock_drift
from aetherflow.core.plugins.lock_file import LockedPlugin, PluginLock, lock_bytes
from aetherflow.core.plugins.locking import LockEntry, locking_of
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.plugin_source import PluginSource
from tests.plugin_lock.plugins import MANIFEST, drift, installed, known, lock_of, locked, orders, write


def described(root: Path, version: str = "1", permissions: str = "[]") -> KnownPlugin:
    """Write and read a plugin with a manifest."""
    manifest = MANIFEST.format(name="orders", version=version, permissions=permissions)
    write(root / "orders", {"aetherflow-plugin.yaml": manifest, "steps.py": ""})
    (plugin,) = known(root, "orders")
    return plugin


def test_what_is_as_it_was_locked_has_no_drift(tmp_path: Path) -> None:
    plugin = orders(tmp_path)
    assert drift(lock_of(plugin), plugin) == []


def test_a_file_that_changed_came_or_went_is_named_with_its_plugin(tmp_path: Path) -> None:
    lock = lock_of(orders(tmp_path))
    write(tmp_path / "orders", {"steps.py": "x = 1\n", "more/new.sql": ""})
    (tmp_path / "orders/data/rates.csv").unlink()
    assert drift(lock, *known(tmp_path, "orders")) == [
        'AF-P402 orders: "data/rates.csv" of the plugin "orders" is gone',
        'AF-P402 orders: "more/new.sql" of the plugin "orders" is new: it is not in the lock',
        'AF-P402 orders: "steps.py" of the plugin "orders" has changed since it was locked',
    ]


def test_a_plugin_that_came_or_went_is_named(tmp_path: Path) -> None:
    first, second = orders(tmp_path), installed(tmp_path / "site")
    assert drift(lock_of(first), first, second) == [
        'AF-P401 orders-plugin: the plugin "orders-plugin" is not in the lock'
    ]
    assert drift(lock_of(first, second), second) == [
        'AF-P404 orders: the plugin "orders" is in the lock, and not among the plugins that may load'
    ]


def test_another_version_of_a_distribution_with_the_same_files_is_told(tmp_path: Path) -> None:
    lock = lock_of(installed(tmp_path / "site"))
    shutil.rmtree(tmp_path / "site")
    assert drift(lock, installed(tmp_path / "site", "1.3")) == [
        'AF-P402 orders-plugin: the plugin "orders-plugin" is version 1.3 now'
    ]


def test_another_origin_of_the_same_files_is_told(tmp_path: Path) -> None:
    lock = lock_of(orders(tmp_path))
    assert drift(lock, *known(tmp_path, environment="orders")) == [
        'AF-P402 orders: the plugin "orders" has the origin "environment" now'
    ]


def test_permissions_that_were_added_or_taken_back_are_named(tmp_path: Path) -> None:
    lock = lock_of(described(tmp_path, permissions="[read:/a, read:/b]"))
    assert drift(lock, described(tmp_path, permissions="[read:/a, env:*]")) == [
        'AF-P402 orders: the plugin "orders" asks for "env:*", which the lock does not grant',
        'AF-P402 orders: the plugin "orders" no longer asks for "read:/b", which the lock grants',
        'AF-P402 orders: "aetherflow-plugin.yaml" of the plugin "orders" has changed since it was locked',
    ]


def test_another_order_is_told_by_plugins_that_have_changed_places(tmp_path: Path) -> None:
    write(tmp_path, {"a/a.py": "", "b/b.py": "", "c/c.py": ""})
    a, b, c = known(tmp_path, "a", "b", "c")
    assert drift(lock_of(a, b, c), b, a, c) == [
        'AF-P402 b: the plugin "b" loads before "a" now, and after it in the lock'
    ]


def test_a_plugin_less_is_no_other_order_of_the_rest(tmp_path: Path) -> None:
    write(tmp_path, {"a/a.py": "", "b/b.py": "", "c/c.py": ""})
    a, b, c = known(tmp_path, "a", "b", "c")
    assert [each.split(":")[0] for each in drift(lock_of(a, b, c), b, c)] == ["AF-P404 a"]


def test_a_signer_that_nobody_has_verified_is_told(tmp_path: Path) -> None:
    plugin = orders(tmp_path)
    lock = lock_of(plugin)
    signed = PluginLock(plugins=[replace(lock.plugins[0], signer="ann")], file=lock.file)
    assert drift(signed, plugin) == ['AF-P402 orders: the plugin "orders" is signed by nobody now']


def test_of_two_plugins_of_one_name_each_is_compared_with_its_own(tmp_path: Path) -> None:
    write(tmp_path, {"a/orders/steps.py": "", "b/orders/steps.py": "x = 1\n"})
    lock = lock_of(*known(tmp_path, "a/orders", "b/orders"))
    write(tmp_path, {"b/orders/steps.py": "x = 2\n"})
    first, second = known(tmp_path, "a/orders", "b/orders")
    assert drift(lock, first, second) == [
        f'AF-P402 {second.source.id}: "steps.py" of the plugin "{second.source.id}" has changed since it was locked'
    ]


def test_what_is_there_points_at_the_file_and_what_is_not_at_the_lock(tmp_path: Path) -> None:
    plugin = orders(tmp_path)
    lock = lock_of(plugin)
    write(tmp_path / "orders", {"steps.py": "x = 1\n"})
    (tmp_path / "orders/data/rates.csv").unlink()
    now = locking_of(known(tmp_path, "orders"))
    found = [each.diagnostic for each in lock_drift(lock, now.entries, lambda path: Span(repr(path), 9, 9, 9, 9))]
    assert [each.span.file for each in found if each.span] == [
        "('plugins', 0, 'files', 'data/rates.csv')",
        f"{tmp_path}/orders/steps.py",
    ]
    assert {each.severity for each in found} == {Severity.ERROR}
    assert {each.hint for each in found} == {"where that is wanted, write it down: `aetherflow plugins sync`"}


NAMES = st.sampled_from(["orders", "payments"])
FILES = st.dictionaries(st.sampled_from(["a.py", "b.py"]), st.sampled_from(["", "x = 1"]), min_size=1).map(
    lambda files: dict(sorted(files.items()))  # as they are locked
)
LOCKED = st.builds(
    lambda name, files, version, origin, permissions: locked(
        name, files=files, version=version, origin=origin, permissions=permissions
    ),
    name=NAMES,
    files=FILES,
    version=st.sampled_from(["1", "2"]),
    origin=st.sampled_from(["flag", "package"]),
    permissions=st.sampled_from([[], ["env:*"], ["env:*", "read:/a"], ["read:/a", "env:*"]]),
)


@given(st.lists(LOCKED, max_size=4), st.lists(LOCKED, max_size=4))
def test_there_is_drift_exactly_where_a_new_lock_would_be_other_bytes(
    before: list[LockedPlugin], after: list[LockedPlugin]
) -> None:
    old = [replace(each, load_order=place) for place, each in enumerate(before, start=1)]
    new = [replace(each, load_order=place) for place, each in enumerate(after, start=1)]
    entries = [LockEntry(plugin=_known(each), locked=each) for each in new]
    has_drift = any(True for _ in lock_drift(PluginLock(plugins=old, file="lock"), entries, lambda path: None))
    assert has_drift == (lock_bytes(old) != lock_bytes(new))


def _known(locked: LockedPlugin) -> KnownPlugin:
    source = PluginSource(
        id=f"{locked.name}-{locked.load_order}",
        name=locked.name,
        version=locked.version,
        form="folder",
        origin=Origin(kind=locked.origin, named=locked.name),
        root="/plugins",
        package="",
        files=(),
        modules={},
        units=(),
    )
    contents = PluginContents(provides=(), is_complete=True)
    return KnownPlugin(source=source, contents=contents, file_digests=locked.files, digest=locked.digest)
