"""What is hashed is what runs."""

import compileall
import importlib.resources
import py_compile
import sysconfig
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.plugins.loading.loader import load_plugin
from aetherflow.core.plugins.loading.snapshot import SnapshotChanged, read_snapshot
from tests.plugin_loading.plugin_files import load, load_files, module, names, snapshot_at, source_at, target, write

STEP = """
    from aetherflow.core.api import register_step

    @register_step("who")
    def who(ctx, inputs):
        return {"who": "%s"}
"""


def test_a_plugin_edited_between_hash_and_import_runs_as_it_was_hashed(tmp_path: Path) -> None:
    snapshot = snapshot_at(write(tmp_path, {"steps.py": STEP % "hashed"}))
    write(tmp_path, {"steps.py": STEP % "edited"})
    assert target(load_plugin(snapshot), "who")(None, {}) == {"who": "hashed"}


def test_a_module_imported_late_runs_as_it_was_hashed(tmp_path: Path) -> None:
    files = {"steps.py": "def late():\n    import _late\n    return _late.VALUE\n", "_late.py": "VALUE = 'hashed'\n"}
    loaded = load_files(tmp_path, files)
    write(tmp_path, {"_late.py": "VALUE = 'edited'\n"})
    assert module(loaded, "steps").late() == "hashed"


def test_a_module_written_after_the_snapshot_is_never_run(tmp_path: Path) -> None:
    package = tmp_path / "acme"
    loaded = load_files(package, {"__init__.py": "def late():\n    from . import added\n"})
    write(package, {"added.py": "raise SystemError('this was not hashed')\n"})
    with pytest.raises(ImportError, match="cannot import name 'added'"):
        module(loaded).late()


def test_a_plugin_deleted_after_the_snapshot_runs(tmp_path: Path) -> None:
    snapshot = snapshot_at(write(tmp_path, {"steps.py": STEP % "gone"}))
    (tmp_path / "steps.py").unlink()
    assert names(load_plugin(snapshot)) == ["who"]


def test_byte_code_is_neither_read_nor_written(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": STEP % "forged!"})
    # unchecked: Python itself would take this byte code whatever the source says
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(tmp_path, quiet=2, invalidation_mode=mode)
    loaded = load_files(tmp_path, {"steps.py": STEP % "source"})
    assert target(loaded, "who")(None, {}) == {"who": "source"}
    (pycache,) = tmp_path.rglob("*.pyc")
    pycache.unlink()
    load_files(tmp_path, {"steps.py": STEP % "again"})
    assert list(tmp_path.rglob("*.pyc")) == []


def test_an_edited_plugin_is_another_plugin_in_the_same_process(tmp_path: Path) -> None:
    first = load_files(tmp_path, {"steps.py": STEP % "first"})
    second = load_files(tmp_path, {"steps.py": STEP % "second"})
    assert first.name != second.name
    assert [target(each, "who")(None, {})["who"] for each in (first, second)] == ["first", "second"]


def test_one_plugin_in_two_places_is_two_plugins(tmp_path: Path) -> None:
    files = {"steps.py": "WHERE = __file__\n"}
    first, second = (load_files(tmp_path / side / "acme", files) for side in "ab")
    assert first.snapshot.digest == second.snapshot.digest
    assert [module(each, "steps").WHERE for each in (first, second)] == [
        str(tmp_path / side / "acme/steps.py") for side in "ab"
    ]


def test_the_digest_covers_names_and_data(tmp_path: Path) -> None:
    files = {"a.py": "", "query.sql": "select 1"}
    digests = {
        snapshot_at(write(tmp_path / str(number), files)).digest
        for number, files in enumerate(
            [files, {**files, "query.sql": "select 2"}, {"b.py": "", "query.sql": "select 1"}]
        )
    }
    assert len(digests) == 3


def test_package_data_is_what_was_hashed(tmp_path: Path) -> None:
    package = tmp_path / "acme"
    loaded = load_files(package, {"__init__.py": "", "sql/query.sql": "select 1"})
    query = importlib.resources.files(module(loaded)) / "sql" / "query.sql"
    assert query.read_text() == "select 1"
    write(package, {"sql/query.sql": "drop table orders"})
    with pytest.raises(SnapshotChanged, match="was changed after the plugin was read"):
        query.read_text()


def test_a_file_that_cannot_be_read_refuses_the_plugin(tmp_path: Path) -> None:
    source = source_at(write(tmp_path, {"steps.py": ""}))
    (tmp_path / "steps.py").unlink()
    with pytest.raises(PluginRefused) as refused:
        read_snapshot(source)
    assert [finding.code for finding in refused.value.diagnostics] == ["AF-P505"]
    assert (
        refused.value.message
        == f'"{tmp_path}/steps.py" of the plugin "{tmp_path.name}" cannot be read: no such file or directory'
    )


def test_a_second_load_gives_the_same_and_runs_nothing_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    plugin = write(tmp_path / "plugin", {"steps.py": f"with open({str(log)!r}, 'a') as log:\n    log.write('ran ')\n"})
    assert load(plugin) is load(plugin)
    assert log.read_text() == "ran "


COMPILED = next(Path(sysconfig.__file__).parent.glob("lib-dynload/_lsprof.*.so"), None)


@pytest.mark.skipif(COMPILED is None, reason="this Python has no extension module to copy")
def test_an_extension_module_is_loaded_if_it_is_what_was_hashed(tmp_path: Path) -> None:
    files = {"steps.py": "from . import _lsprof\n", "late.py": "def late():\n    from .sub import _lsprof\n"}
    write(tmp_path, files | {"sub/__init__.py": ""})
    assert COMPILED is not None
    for folder in (tmp_path, tmp_path / "sub"):
        (folder / COMPILED.name).write_bytes(COMPILED.read_bytes())
    loaded = load(tmp_path)
    assert module(loaded, "steps")._lsprof.__file__ == str(tmp_path / COMPILED.name)
    (tmp_path / "sub" / COMPILED.name).write_bytes(b"edited")
    with pytest.raises(SnapshotChanged):
        module(loaded, "late").late()
