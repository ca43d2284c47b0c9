"""What is said of one plugin that is about to load, where there is a lock."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.lock_file import PluginLock, lock_findings
from aetherflow.core.plugins.modes import Mode
from tests.plugin_lock.plugins import installed, known, lock_of, orders, write


def findings(lock: PluginLock, plugin: KnownPlugin, mode: Mode = "enterprise") -> list[Diagnostic]:
    return lock_findings(lock, plugin.source, plugin.file_digests, mode)


def test_nothing_is_said_of_a_plugin_that_is_as_it_was_locked(tmp_path: Path) -> None:
    plugin = orders(tmp_path)
    assert findings(lock_of(installed(tmp_path / "site"), plugin), plugin) == []


@pytest.mark.parametrize(("mode", "severity"), [("enterprise", Severity.ERROR), ("internal_fast", Severity.WARNING)])
def test_what_is_not_in_the_lock_is_an_error_in_enterprise_and_else_a_warning(
    tmp_path: Path, mode: Mode, severity: Severity
) -> None:
    (finding,) = findings(lock_of(), orders(tmp_path), mode)
    assert finding == Diagnostic(
        code="AF-P401",
        severity=severity,
        message='the plugin "orders" is not in "aetherflow.plugins.lock"',
        hint="where it is wanted, write it down: `aetherflow plugins sync`",
    )


@pytest.mark.parametrize(("mode", "severity"), [("enterprise", Severity.ERROR), ("internal_fast", Severity.WARNING)])
def test_what_differs_is_an_error_in_enterprise_and_else_a_warning(
    tmp_path: Path, mode: Mode, severity: Severity
) -> None:
    lock = lock_of(orders(tmp_path))
    (finding,) = findings(lock, orders(tmp_path, "x = 1\n"), mode)
    assert finding == Diagnostic(
        code="AF-P402",
        severity=severity,
        message='the plugin "orders" differs from "aetherflow.plugins.lock": "steps.py"',
        hint="where that is wanted, write it down: `aetherflow plugins sync`",
    )


def test_three_differences_are_named_and_the_others_counted(tmp_path: Path) -> None:
    lock = lock_of(orders(tmp_path))
    write(tmp_path / "orders", {f"m{number}.py": "" for number in range(5)})
    (finding,) = findings(lock, known(tmp_path, "orders")[0])
    assert finding.message.endswith('"m0.py", "m1.py", "m2.py" and 2 more differences')


def test_another_version_and_other_permissions_are_differences(tmp_path: Path) -> None:
    plugin = installed(tmp_path / "site")
    lock = lock_of(plugin)
    older = PluginLock(plugins=[replace(lock.plugins[0], version="1.1", permissions=["env:*"])], file=lock.file)
    (finding,) = findings(older, plugin)
    assert finding.message.endswith(': version 1.2, locked 1.1, permission "env:*" is gone')


def test_the_same_code_from_another_place_is_the_same_plugin(tmp_path: Path) -> None:
    lock = lock_of(orders(tmp_path / "here"))
    orders(tmp_path / "there")
    (moved,) = known(tmp_path / "there", environment="orders")
    assert findings(lock, moved) == []


def test_a_name_and_the_code_of_another_plugin_are_not_locked_together(tmp_path: Path) -> None:
    lock = lock_of(orders(tmp_path))
    (tmp_path / "orders").rename(tmp_path / "forged")
    assert [each.code for each in findings(lock, known(tmp_path, "forged")[0])] == ["AF-P401"]


def test_of_two_plugins_of_one_name_each_may_be_either(tmp_path: Path) -> None:
    write(tmp_path, {"a/orders/steps.py": "", "b/orders/steps.py": "x = 1\n"})
    first, second = known(tmp_path, "a/orders", "b/orders")
    lock = lock_of(first, second)
    assert findings(lock, first) == findings(lock, second) == []
    assert [each.code for each in findings(lock_of(first), second)] == ["AF-P402"]
