"""What a lock holds, and that it is the same wherever the plugins lie."""

import json
import os
import time
from pathlib import Path

import msgspec
import pytest

from aetherflow.core.plugins.lock_file import read_lock
from aetherflow.core.plugins.locking import locking_of
from tests.plugin_lock.plugins import MANIFEST, STEP, bytes_of, installed, known, orders, write


def test_a_lock_says_of_each_plugin_what_it_is_and_holds_every_file(tmp_path: Path) -> None:
    write(
        tmp_path / "orders",
        {
            "aetherflow-plugin.yaml": MANIFEST.format(
                name="orders", version="1.2.0", permissions="[write:/out, 'network:db:5432', write:/out]"
            ),
            "steps.py": "",
        },
    )
    (plugin,) = known(tmp_path, "orders")
    assert json.loads(bytes_of(plugin)) == {
        "form": "aetherflow plugins lock 1",
        "plugins": [
            {
                "name": "orders",
                "version": "1.2.0",
                "origin": "flag",
                "digest": plugin.digest,
                "files": {
                    "aetherflow-plugin.yaml": plugin.file_digests["aetherflow-plugin.yaml"],
                    "steps.py": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                },
                "permissions": ["network:db:5432", "write:/out"],
                "load_order": 1,
                "signer": None,
            }
        ],
    }


def test_a_lock_ends_with_a_line_break_and_has_a_line_for_each_file(tmp_path: Path) -> None:
    content = bytes_of(orders(tmp_path)).decode()
    assert content.endswith("}\n")
    assert sum("sha256:" in line for line in content.splitlines()) == 3


def test_two_folders_of_the_same_plugins_give_the_same_bytes(tmp_path: Path) -> None:
    first = bytes_of(orders(tmp_path / "here"), installed(tmp_path / "here/site"))
    time.sleep(0.01)
    there = tmp_path / "somewhere/else"
    (there / "site").mkdir(parents=True)
    os.utime(there)
    assert bytes_of(orders(there), installed(there / "site")) == first
    assert str(tmp_path).encode() not in first


def test_two_plugins_of_one_name_have_entries_of_their_own_without_their_paths(tmp_path: Path) -> None:
    write(tmp_path, {"a/orders/steps.py": "", "b/orders/steps.py": "x = 1\n"})
    write(tmp_path / "moved", {"a/orders/steps.py": "", "b/orders/steps.py": "x = 1\n"})
    plugins = known(tmp_path, "a/orders", "b/orders")
    assert len({plugin.source.id for plugin in plugins}) == 2
    assert [each.name for each in locking_of(plugins).plugins] == ["orders", "orders"]
    assert bytes_of(*plugins) == bytes_of(*known(tmp_path / "moved", "a/orders", "b/orders"))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    plugins = orders(tmp_path), installed(tmp_path / "site")
    lock = tmp_path / "aetherflow.plugins.lock"
    lock.write_bytes(bytes_of(*plugins))
    reading = read_lock(lock)
    assert reading.diagnostics == ()
    assert reading.lock
    assert reading.lock.plugins == locking_of(plugins).plugins
    assert reading.lock.file == str(lock)


def test_a_lock_of_nothing_is_a_lock(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(bytes_of())
    reading = read_lock(tmp_path / "lock")
    assert reading.lock
    assert reading.lock.plugins == []


def test_a_plugin_with_a_file_that_cannot_be_read_is_not_locked(without_root: Path) -> None:
    write(without_root / "orders", {"steps.py": "", "secret.csv": ""})
    write(without_root / "payments", {"steps.py": STEP.format("pay")})
    (without_root / "orders/secret.csv").chmod(0)
    locking = locking_of(known(without_root, "orders", "payments"))
    assert [(each.name, each.load_order) for each in locking.plugins] == [("payments", 1)]
    (finding,) = locking.findings
    assert finding.plugin == "orders"
    assert finding.diagnostic.code == "AF-P407"
    assert finding.diagnostic.message == (
        f'the plugin "orders" cannot be locked: "{without_root}/orders/secret.csv" cannot be read'
    )


@pytest.mark.parametrize("name", ["or\nders", "or\x1b[2Jders", "or\u202eders", os.fsdecode(b"or\xffders")])
def test_a_plugin_whose_name_cannot_be_printed_is_not_locked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "steps.py").write_text("")
    locking = locking_of(known(tmp_path, name))
    assert locking.plugins == []
    assert [each.diagnostic.message for each in locking.findings] == [
        f'the plugin "{name}" cannot be locked: its name, its version or a permission is {name!a}: empty, or with '
        "signs that cannot be printed"
    ]


def test_a_single_file_with_a_name_that_cannot_be_printed_is_not_locked(tmp_path: Path) -> None:
    (tmp_path / "good.py").symlink_to(tmp_path / "b\nad.py")
    (tmp_path / "b\nad.py").write_text("")
    locking = locking_of(known(tmp_path, "good.py"))
    assert [each.diagnostic.message for each in locking.findings] == [
        r"""the plugin "good" cannot be locked: the name of its file 'b\nad.py' cannot be printed"""
    ]


def test_a_locked_plugin_cannot_be_made_of_what_no_plugin_is(tmp_path: Path) -> None:
    plugin = locking_of([orders(tmp_path)]).plugins[0]
    with pytest.raises(ValueError, match='the digest of "orders" is not that of its files'):
        msgspec.structs.replace(plugin, files={})
