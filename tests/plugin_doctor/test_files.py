"""Size, byte code and names of a plugin's files."""

from pathlib import Path

import pytest

from aetherflow.core.plugins.doctor import plugin_size
from aetherflow.core.plugins.doctor.checks import check_plugin
from tests.plugin_doctor.examining import API, examined, known, shown, told, write

SOURCELESS = "is byte code without source: nobody can read what it does"


@pytest.mark.parametrize("name", ["hidden.pyc", "sub/hidden.pyc", "sub/__init__.pyc", "old.pyo"])
def test_byte_code_without_source_is_a_warning(name: str, tmp_path: Path) -> None:
    found = told(tmp_path, {"steps.py": "", name: b"\0"})
    assert found == [f'warning AF-P415: "{tmp_path}/acme/{name}" {SOURCELESS}']


def test_what_a_removed_module_left_in_the_cache_is_a_note(tmp_path: Path) -> None:
    name = "__pycache__/gone.cpython-311.pyc"
    assert told(tmp_path, {"steps.py": "", name: b"\0"}) == [
        f'note AF-P415: "{tmp_path}/acme/{name}" is left of a module that is gone'
    ]


@pytest.mark.parametrize(
    "name",
    [
        "steps.pyc",
        "__pycache__/steps.cpython-311.pyc",
        "__pycache__/steps.cpython-311-pytest-8.3.pyc",
        ".cache/x.pyc",
        "node_modules/x.pyc",
        "other/x.pyc",
        "venv/x.pyc",
        "data.pyc.txt",
    ],
)
def test_byte_code_beside_its_source_and_of_others_is_fine(name: str, tmp_path: Path) -> None:
    others = {"venv/pyvenv.cfg": "", "other/aetherflow-plugin.yaml": "name: other\n", "other/o.py": ""}
    assert told(tmp_path, {"steps.py": "", **others, name: b"\0"}) == []


def test_many_files_are_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_size, "MANY_FILES", 3)
    files = {f"m{number}.py": "" for number in range(4)}
    assert told(tmp_path, files) == [
        f'warning AF-P144: the plugin "acme" in "{tmp_path}/acme" has 4 files with 0.0 MB: finding it takes long'
    ]


def test_many_bytes_are_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path / "acme", {"steps.py": "", "data.bin": ""})
    with (path / "data.bin").open("wb") as stream:
        stream.truncate(plugin_size.MANY_BYTES)
    assert examined(path) == []
    with (path / "data.bin").open("wb") as stream:
        stream.truncate(plugin_size.MANY_BYTES + 1)
    (finding,) = examined(path)
    assert (shown(finding), finding.hint) == (
        f'warning AF-P144: the plugin "acme" in "{path}" has 2 files with 50.0 MB: finding it takes long',
        "move out what is not the plugin's own: up to 1,000 files and 50 MB are fine",
    )


def test_names_that_python_keeps_for_itself_are_told(tmp_path: Path) -> None:
    words = "has the name of one of Python's own: `import {0}` gives that one"
    assert told(tmp_path, {"calendar.py": "", "sub/json.py": "", "steps.py": ""}) == [
        f"calendar.py:1:1 '' warning AF-P522: the module \"calendar.py\" {words.format('calendar')}",
        f"json.py:1:1 '' warning AF-P522: the module \"sub/json.py\" {words.format('json')}",
    ]


def test_a_package_may_be_called_as_it_likes_and_other_names_are_fine(tmp_path: Path) -> None:
    path = write(tmp_path / "calendar", {"__init__.py": "", "calendars.py": ""})
    assert examined(path) == []


@pytest.mark.parametrize(
    "content",
    [b"def f(", b"\0", b"\xff\xfe", b"# coding: nowhere\n", b"(" * 5000, b"x = '" + b"a" * 2_100_000 + b"'"],
    ids=["syntax", "nul", "bytes", "coding", "deep", "large"],
)
def test_a_module_that_cannot_be_parsed_breaks_no_check(content: bytes, tmp_path: Path) -> None:
    found = told(tmp_path, {"a.py": content, "steps.py": f"{API}import aetherflow.cli\n"})
    assert [line.partition(" ")[0] for line in found] == ["steps.py:2:8"]


def test_a_module_that_vanishes_or_may_not_be_read_breaks_no_check(tmp_path: Path) -> None:
    path = write(tmp_path / "acme", {"steps.py": "", "gone.py": ""})
    plugin = known(path)
    (path / "gone.py").unlink()
    assert list(check_plugin(plugin, mode="enterprise", user_id=path.stat().st_uid)) == []
