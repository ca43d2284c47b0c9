"""The index spares reading what has not changed, and nothing depends on it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aetherflow.core.plugins import file_readings
from aetherflow.core.plugins.distributions import installed_distributions
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.module_reading import Provided
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_index import PluginIndex, read_index, write_index
from tests.plugins.installing import install, install_editable

STEP = "from aetherflow.core.api import *\n@register_step({name!r})\ndef f(ctx, inputs): ...\n"
LONG_AGO_NS = 1_700_000_000 * 10**9
MINUTE_NS = 60 * 10**9
MANIFEST = """name: orders
version: 1.0.0
author: a
description: b
provides: [{kind: stepp, name: x}, {kind: step, name: a}]
"""


def a_minute_later() -> int:
    """Tell the time as if every file had been written a minute ago."""
    return time.time_ns() + MINUTE_NS


class Machine:
    """A plugin folder and an index file; each reading is as one process's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now_ns = a_minute_later
        self.index_file = root / "state/plugins.json"
        (root / "p").mkdir()

    def write(self, name: str, text: str, at_ns: int = LONG_AGO_NS) -> Path:
        path = self.root / "p" / name
        path.write_text(text)
        os.utime(path, ns=(at_ns, at_ns))
        return path

    def read(self, reader: str = "1") -> tuple[list[KnownPlugin], FileReadings]:
        readings = FileReadings(read_index(self.index_file, reader), self.now_ns)
        request = OriginRequest(mode="internal_fast", cwd=str(self.root), flag_paths=("p",))
        plugins = read_plugins(resolve_origins(request).accepted, readings)
        if readings.has_news:
            assert write_index(self.index_file, readings.index)
        return plugins, readings

    def names(self) -> list[str]:
        return [each.name for plugin in self.read()[0] for each in plugin.contents.provides]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count the files that are read and not found in the index."""
    paths: list[str] = []
    read = file_readings._read

    def counted(path: str, now_ns: int, parse: bool) -> file_readings.FileEntry | None:
        paths.append(Path(path).name + ("" if parse else " unparsed"))
        return read(path, now_ns, parse)

    monkeypatch.setattr(file_readings, "_read", counted)
    yield paths


def test_a_second_reading_reads_no_file_and_says_the_same(machine: Machine, reads: list[str]) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.write("aetherflow-plugin.yaml", MANIFEST)
    machine.write("broken.py", "def (")
    machine.write("data.bin", "\0")
    first, _ = machine.read()
    assert sorted(reads) == ["a.py", "aetherflow-plugin.yaml", "broken.py", "data.bin unparsed"]
    second, readings = machine.read()
    assert (len(reads), readings.has_news, second) == (4, False, first)


def test_each_file_is_read_once_even_without_an_index(machine: Machine, reads: list[str]) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.read()
    assert reads == ["a.py"]


def test_a_module_that_nothing_imports_is_not_parsed_until_something_does(machine: Machine, reads: list[str]) -> None:
    machine.write("a.py", "")
    machine.write("_own.py", STEP.format(name="own"))
    assert (machine.names(), reads) == ([], ["a.py", "_own.py unparsed"])
    reads.clear()
    machine.write("a.py", "from . import _own", LONG_AGO_NS + 1)
    assert (machine.names(), reads) == (["own"], ["a.py", "_own.py"])
    assert (machine.names(), len(reads)) == (["own"], 2)


def test_a_changed_file_is_read_anew_and_no_other(machine: Machine, reads: list[str]) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.write("b.py", STEP.format(name="b"))
    machine.read()
    machine.write("b.py", STEP.format(name="c"), LONG_AGO_NS + 1)
    reads.clear()
    assert (machine.names(), reads) == (["a", "c"], ["b.py"])


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_read_anew(machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.read()
    other = machine.write("b.py", STEP.format(name="b"))
    other.replace(machine.root / "p/a.py")
    assert machine.names() == ["b"]


def test_a_file_that_was_just_written_is_not_trusted_to_stay(machine: Machine, reads: list[str]) -> None:
    machine.now_ns = time.time_ns
    machine.write("a.py", STEP.format(name="a"))
    machine.read()
    machine.read()
    assert reads == ["a.py", "a.py"]


def test_a_file_that_was_changed_in_place_is_read_anew_whatever_time_it_is_given(machine: Machine) -> None:
    path = machine.write("a.py", STEP.format(name="a"))
    before = path.stat()
    machine.read()
    machine.write("a.py", STEP.format(name="b"))
    after = path.stat()
    assert (before.st_ino, before.st_size, before.st_mtime_ns) == (after.st_ino, after.st_size, after.st_mtime_ns)
    assert machine.names() == ["b"]


def test_a_removed_file_is_gone(machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.write("b.py", STEP.format(name="b"))
    machine.read()
    (machine.root / "p/b.py").unlink()
    assert machine.names() == ["a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"null",
        b"[]",
        b'{"form": "other", "reader": "1"}',
        b'{"reader": "1", "files": {"a": 1}}',
        b"[" * 9999,
    ],
)
def test_a_corrupt_or_foreign_index_is_as_good_as_none(content: bytes, machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.index_file.parent.mkdir()
    machine.index_file.write_bytes(content)
    assert machine.names() == ["a"]
    assert len(read_index(machine.index_file, "1").files) == 1


def test_an_index_that_others_may_write_is_not_believed(machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.read()
    machine.index_file.chmod(0o666)
    assert read_index(machine.index_file, "1").files == {}


def test_an_index_of_another_version_is_not_believed(machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.read(reader="1")
    assert read_index(machine.index_file, "2").files == {}


def test_the_index_is_its_users_alone_and_leaves_nothing_beside_it(machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.read()
    assert machine.index_file.stat().st_mode & 0o777 == 0o600
    assert machine.index_file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in machine.index_file.parent.iterdir()] == ["plugins.json"]


def test_an_index_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    assert write_index(tmp_path / "file/index.json", PluginIndex(reader="1")) is False
    assert write_index(tmp_path / "folder", PluginIndex(reader="1")) is False
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert write_index(tmp_path / "odd.json", PluginIndex(reader="\ud800")) is False


def test_many_writers_at_once_leave_one_whole_index(machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    index = machine.read()[1].index
    threads = [
        threading.Thread(target=lambda: [write_index(machine.index_file, index) for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert read_index(machine.index_file, "1") == index
    assert [path.name for path in machine.index_file.parent.iterdir()] == ["plugins.json"]


def test_files_that_are_gone_are_forgotten_once_there_are_many(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aetherflow.core.plugins.plugin_index.MOST_FILES", 2)
    for name in ("a.py", "b.py", "c.py"):
        machine.write(name, "")
        machine.read()
        (machine.root / "p" / name).rename(machine.root / "p/_other.py")
    assert len(read_index(machine.index_file, "1").files) <= 2


def test_what_a_load_registered_is_kept(machine: Machine) -> None:
    provides = (Provided(kind="step", name="a", file="a.py", line=1),)
    readings = machine.read()[1]
    readings.record("sha256:1", provides)
    assert readings.has_news
    assert write_index(machine.index_file, readings.index)
    again = machine.read()[1]
    assert again.recorded("sha256:1") == provides
    again.record("sha256:1", provides)
    assert not again.has_news


def test_an_unreadable_file_is_a_finding(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.write("a.py", "")
    monkeypatch.setattr(file_readings, "_read", lambda *arguments: None)  # root may read every file
    (plugin,) = machine.read()[0]
    assert [finding.code for finding in plugin.contents.diagnostics] == ["AF-P143"]
    assert plugin.contents.is_complete is False


def site_of(machine: Machine) -> Path:
    site = machine.root / "site"
    install(site)
    os.utime(site, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return site


def distributions(machine: Machine, site: Path) -> list[str]:
    readings = FileReadings(read_index(machine.index_file, "1"), machine.now_ns)
    found = installed_distributions([str(site)], readings.site)
    if readings.has_news:
        write_index(machine.index_file, readings.index)
    return [f"{each.name} {each.version}" for each in found.distributions]


def test_a_site_folder_is_scanned_when_it_has_changed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    site = site_of(machine)
    assert distributions(machine, site) == ["orders-plugin 1.2"]
    monkeypatch.setattr("aetherflow.core.plugins.site_scan.scan_site", lambda folder: pytest.fail("scanned again"))
    assert distributions(machine, site) == ["orders-plugin 1.2"]
    monkeypatch.undo()
    install(site, "audit-plugin", files={})
    assert distributions(machine, site) == ["audit-plugin 1.2", "orders-plugin 1.2"]


def test_entry_points_that_are_edited_in_place_are_noticed(machine: Machine) -> None:
    site = site_of(machine)
    assert distributions(machine, site) == ["orders-plugin 1.2"]
    (site / "orders_plugin-1.2.dist-info/entry_points.txt").write_text("")
    assert distributions(machine, site) == []


def rewrite(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def relink(root: Path) -> None:
    (root / "current").unlink()
    (root / "current").symlink_to("second")


# What an editable install leads to, after a change that the site directory itself does not show.
MOVES: dict[str, tuple[Callable[[Path], object], str]] = {
    "the link names another folder": (
        lambda root: rewrite(root / "site/__editable__.orders.pth", "current", "second"),
        "second/orders_plugin",
    ),
    "the folder is a link to another one": (relink, "second/orders_plugin"),
    "the package was moved away": (lambda root: (root / "first").rename(root / "third"), ""),
    "a package took the place of the module": (
        lambda root: (root / "first/orders_plugin.py").rename(root / "first/orders_plugin/__init__.py"),
        "first/orders_plugin",
    ),
}


@pytest.mark.parametrize("change", MOVES)
def test_an_editable_install_is_looked_for_anew_when(change: str, machine: Machine) -> None:
    root = machine.root
    for name in ("first", "second"):
        (root / name / "orders_plugin").mkdir(parents=True)
    (root / "first/orders_plugin.py").touch()
    (root / "second/orders_plugin/__init__.py").touch()
    (root / "current").symlink_to("first")
    install_editable(root / "site", f"{root}/current\n")
    assert roots(machine) == [f"{root}/first/orders_plugin.py"]
    do, leads_to = MOVES[change]
    do(root)
    assert roots(machine) == ([f"{root}/{leads_to}"] if leads_to else [])


def test_an_entry_point_whose_module_is_written_later_leads_there(machine: Machine) -> None:
    (machine.root / "src").mkdir()
    install_editable(machine.root / "site", f"{machine.root}/src\n")
    assert roots(machine) == []
    (machine.root / "src/orders_plugin.py").touch()
    assert roots(machine) == [f"{machine.root}/src/orders_plugin.py"]


def roots(machine: Machine) -> list[str]:
    readings = FileReadings(read_index(machine.index_file, "1"), machine.now_ns)
    found = installed_distributions([str(machine.root / "site")], readings.site)
    write_index(machine.index_file, readings.index)
    return [root for each in found.distributions for root in each.roots]


def test_metadata_that_are_edited_in_place_are_noticed(machine: Machine) -> None:
    site = site_of(machine)
    assert distributions(machine, site) == ["orders-plugin 1.2"]
    rewrite(site / "orders_plugin-1.2.dist-info/METADATA", "Version: 1.2", "Version: 1.2.post1")
    assert distributions(machine, site) == ["orders-plugin 1.2.post1"]


def test_entry_points_of_a_distribution_that_had_none_of_ours_are_noticed(machine: Machine) -> None:
    site = site_of(machine)
    entry_points = site / "orders_plugin-1.2.dist-info/entry_points.txt"
    ours = entry_points.read_text()
    entry_points.write_text("[console_scripts]\nx = y:z\n")
    assert distributions(machine, site) == []
    entry_points.write_text(ours)
    assert distributions(machine, site) == ["orders-plugin 1.2"]


WARM = """
import sys
from pathlib import Path
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import read_plugins
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_index import read_index
readings = FileReadings(read_index(Path(sys.argv[2]), "1"), lambda: 0)
request = OriginRequest(mode="internal_fast", cwd=sys.argv[1], flag_paths=("p",))
plugins = read_plugins(resolve_origins(request).accepted, readings)
assert plugins[0].contents.provides and not readings.has_news
print(*sys.modules)
"""
HEAVY = {"yaml", "packaging", "jsonschema", "importlib.metadata", "configparser", "csv", "json"}
PARSERS = {f"aetherflow.core.plugins.{name}" for name in ("static_reading", "manifest_reader", "site_scan")}


def test_a_warm_reading_imports_no_parser(machine: Machine) -> None:
    machine.write("a.py", STEP.format(name="a"))
    machine.write("aetherflow-plugin.yaml", MANIFEST)
    machine.read()
    command = [sys.executable, "-c", WARM, str(machine.root), str(machine.index_file)]
    modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert (HEAVY | PARSERS) & set(modules) == set()
