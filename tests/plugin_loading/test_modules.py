"""A plugin's modules are modules like any others."""

import inspect
import pickle
import sys
import threading
import traceback
import typing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aetherflow.core.plugins.loading.loader import load_plugin
from tests.plugin_loading.plugin_files import findings, load, load_files, module, names, snapshot_at, write

RECORDS = """
    from __future__ import annotations

    from dataclasses import dataclass, field


    @dataclass
    class Order:
        number: int
        parts: list[Part] = field(default_factory=list)


    @dataclass
    class Part:
        name: str


    def fail():
        raise ValueError("here")
"""


def test_a_module_knows_its_name_file_package_and_spec(tmp_path: Path) -> None:
    loaded = load_files(tmp_path / "acme", {"__init__.py": "", "sub/__init__.py": "", "sub/steps.py": ""})
    steps, sub = module(loaded, "sub.steps"), module(loaded, "sub")
    assert loaded.name == f"aetherflow_plugins.acme_{loaded.snapshot.digest.removeprefix('sha256:')[:8]}"
    assert (steps.__name__, steps.__package__) == (f"{loaded.name}.sub.steps", f"{loaded.name}.sub")
    assert (sub.__name__, sub.__package__) == (f"{loaded.name}.sub", f"{loaded.name}.sub")
    assert steps.__file__ == str(tmp_path / "acme/sub/steps.py")
    assert steps.__spec__.name == steps.__name__ and steps.__spec__.origin == steps.__file__
    assert [str(entry) for entry in sub.__path__] == [str(tmp_path / "acme/sub")]


def test_only_modules_below_aetherflow_plugins_are_added(tmp_path: Path) -> None:
    before = set(sys.modules)
    load_files(
        tmp_path,
        {"steps.py": "import util\n", "util.py": "", "sub/more.py": "from . import other\n", "sub/other.py": ""},
    )
    assert {name.partition(".")[0] for name in set(sys.modules) - before} <= {"aetherflow_plugins"}


def test_dataclasses_with_postponed_annotations_work(tmp_path: Path) -> None:
    records = module(load_files(tmp_path, {"records.py": RECORDS}), "records")
    assert typing.get_type_hints(records.Order) == {"number": int, "parts": list[records.Part]}
    assert records.Order(1, [records.Part("a")]) == records.Order(1, [records.Part("a")])


def test_objects_are_pickled(tmp_path: Path) -> None:
    records = module(load_files(tmp_path, {"records.py": RECORDS}), "records")
    order = records.Order(1, [records.Part("a")])
    assert pickle.loads(pickle.dumps(order)) == order


def test_the_source_shown_is_the_source_that_runs(tmp_path: Path) -> None:
    records = module(load_files(tmp_path, {"records.py": RECORDS}), "records")
    write(tmp_path, {"records.py": "# edited\n" * 30})
    assert inspect.getsource(records.Part) == "@dataclass\nclass Part:\n    name: str\n"
    assert inspect.getsource(records.fail) == 'def fail():\n    raise ValueError("here")\n'


def test_a_traceback_shows_the_line_that_ran(tmp_path: Path) -> None:
    records = module(load_files(tmp_path, {"records.py": RECORDS}), "records")
    write(tmp_path, {"records.py": "# edited\n" * 30})
    try:
        records.fail()
    except ValueError:
        text = traceback.format_exc()
    assert f'File "{tmp_path}/records.py", line 18, in fail\n    raise ValueError("here")\n' in text


def test_the_main_block_does_not_run(tmp_path: Path) -> None:
    assert findings(load_files(tmp_path, {"steps.py": "if __name__ == '__main__':\n    raise SystemError\n"})) == []


def test_an_encoding_declaration_is_heeded(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_bytes("# coding: latin-1\nNAME = 'Zoë'\n".encode("latin-1"))
    assert module(load(tmp_path), "steps").NAME == "Zoë"


def test_a_file_that_python_could_not_import_by_name_is_loaded(tmp_path: Path) -> None:
    step = "from aetherflow.core.api import register_step\n@register_step('{}')\ndef f(ctx, inputs): ...\n"
    files = {"my-steps.py": "mine", "2nd.py": "second", "sub dir/class.py": "deep"}
    loaded = load_files(tmp_path, {file: step.format(name) for file, name in files.items()})
    assert sorted(names(loaded)) == sorted(files.values())


def test_private_modules_and_tests_are_not_loaded_by_themselves(tmp_path: Path) -> None:
    broken = "raise SystemError\n"
    skipped = ("_private.py", "test_steps.py", "conftest.py", "tests/more.py", "_sub/steps.py")
    assert findings(load_files(tmp_path, {**dict.fromkeys(skipped, broken), "steps.py": ""})) == []


def test_threads_that_load_at_once_run_each_module_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    snapshot = snapshot_at(
        write(
            tmp_path / "plugin",
            {
                "steps.py": f"import time\ntime.sleep(0.05)\n"
                f"with open({str(log)!r}, 'a') as log:\n    log.write('ran ')\n"
            },
        )
    )
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: load_plugin(snapshot), range(8)))
    assert log.read_text() == "ran "
    assert all(each is loaded[0] for each in loaded)


def test_threads_that_import_late_at_once_run_a_module_once(tmp_path: Path) -> None:
    files = {
        "steps.py": "LOG = []\ndef late():\n    import _late\n",
        "_late.py": "import steps, time\ntime.sleep(0.05)\nsteps.LOG.append('ran')\n",
    }
    steps = module(load_files(tmp_path, files), "steps")
    threads = [threading.Thread(target=steps.late) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert steps.LOG == ["ran"]


def test_what_is_registered_carries_its_place(tmp_path: Path) -> None:
    files = {
        "steps.py": """
            from aetherflow.core.api import Step, register_step

            @register_step("a")
            def a(ctx, inputs): ...

            @register_step("b")
            class B(Step):
                def run(self, ctx, inputs): ...

            for name in ("c", "d"):
                register_step(name)(lambda ctx, inputs: {})
        """
    }
    loaded = load_files(tmp_path, files)
    places = [(each.name, Path(each.file).name, each.line) for each in loaded.contributions]
    assert places == [("a", "steps.py", 3), ("b", "steps.py", 6), ("c", "steps.py", 11), ("d", "steps.py", 11)]


def test_what_a_private_module_registers_belongs_to_the_plugin(tmp_path: Path) -> None:
    files = {
        "__init__.py": "from . import _steps\n",
        "_steps.py": "from aetherflow.core.api import register_step\n@register_step('x')\ndef x(ctx, inputs): ...\n",
    }
    assert names(load_files(tmp_path / "acme", files)) == ["x"]


@pytest.mark.parametrize("name", ["my plugin", "2fast", "a.b", "größe"])
def test_a_plugin_may_be_called_anything(tmp_path: Path, name: str) -> None:
    assert findings(load_files(tmp_path / name, {"steps.py": "import util\n", "util.py": ""})) == []
