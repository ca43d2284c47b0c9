"""Importing a plugin leaves the process as it was, and what it tried is told."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from aetherflow.core.plugins.loading.load_warnings import load_warnings
from aetherflow.core.plugins.loading.loader import load_plugin
from tests.plugin_loading.plugin_files import findings, load_files, module, snapshot_at, write
from tests.support.project import REPOSITORY


def told(folder: Path, code: str) -> list[str]:
    """Load code as a plugin called "acme", and give the messages of what is worth telling."""
    return [finding.message for finding in load_warnings(load_files(folder / "acme", {"steps.py": code}))]


def test_a_changed_environment_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "before")
    monkeypatch.setenv("GONE", "before")
    code = "import os\nos.environ['ADDED'] = '1'\nos.environ['KEPT'] = '2'\ndel os.environ['GONE']\n"
    assert told(tmp_path, code) == ['importing the plugin "acme" changes the environment: ADDED, GONE, KEPT']
    assert (os.environ["KEPT"], os.environ["GONE"], "ADDED" in os.environ) == ("before", "before", False)


def test_a_changed_directory_is_put_back(tmp_path: Path) -> None:
    before = Path.cwd()
    assert told(tmp_path, "import os\nos.chdir('/')\n") == [
        'importing the plugin "acme" changes the current directory to /'
    ]
    assert Path.cwd() == before


@pytest.mark.parametrize("change", ["sys.path.insert(0, '/vendor')", "sys.path = [*sys.path, '/vendor']"])
def test_a_changed_path_is_put_back(tmp_path: Path, change: str) -> None:
    path, entries = sys.path, list(sys.path)
    assert told(tmp_path, f"import sys\n{change}\n") == ['importing the plugin "acme" changes sys.path: /vendor']
    assert sys.path is path
    assert sys.path == entries


def test_all_is_put_back_where_the_import_fails(tmp_path: Path) -> None:
    path = list(sys.path)
    loaded = load_files(tmp_path, {"steps.py": "import sys\nsys.path.append('/vendor')\n1 / 0\n"})
    assert [code for code, _, _ in findings(loaded)] == ["AF-P501"]
    assert sys.path == path


def test_a_thread_is_told(tmp_path: Path) -> None:
    code = """\
import threading
END = threading.Event()
threading.Thread(target=END.wait, name="poller", daemon=True).start()
"""
    loaded = load_files(tmp_path / "acme", {"steps.py": code})
    module(loaded, "steps").END.set()
    assert [finding.message for finding in load_warnings(loaded)] == [
        'importing the plugin "acme" starts a thread: poller'
    ]


def test_a_socket_is_told(tmp_path: Path) -> None:
    loaded = load_files(tmp_path / "acme", {"steps.py": "import socket\nSOCKET = socket.socket()\n"})
    module(loaded, "steps").SOCKET.close()
    assert [finding.message for finding in load_warnings(loaded)] == [
        'importing the plugin "acme" opens a socket (1 open)'
    ]


def test_prints_are_told_once_for_each_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = load_files(
        tmp_path / "acme", {"steps.py": "import sys\nfor n in range(3):\n    print(n)\nsys.stdout.write('x')\n"}
    )
    assert [finding.message for finding in load_warnings(loaded)] == ['importing the plugin "acme" prints'] * 2
    assert [finding.span.line for finding in load_warnings(loaded) if finding.span] == [3, 4]
    assert capsys.readouterr() == ("", "0\n1\n2\nx")


def test_code_that_python_reads_from_the_folder_by_itself_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "acme", {"vendor/smuggled_module.py": "", "steps.py": ""})
    code = f"import sys\nsys.path.insert(0, {str(folder / 'vendor')!r})\nimport smuggled_module\n"
    messages = told(tmp_path, code)
    del sys.modules["smuggled_module"]
    assert 'importing the plugin "acme" has Python read smuggled_module from its folder' in messages


def test_a_slow_import_is_told(tmp_path: Path) -> None:
    times = iter([10.0, 11.25])
    loaded = load_plugin(snapshot_at(write(tmp_path / "acme", {"steps.py": ""})), clock=lambda: next(times))
    (finding,) = load_warnings(loaded)
    assert (finding.code, finding.message) == ("AF-P521", 'importing the plugin "acme" takes 1.2 s')


def test_a_plugin_that_only_defines_things_has_nothing_told(tmp_path: Path) -> None:
    assert told(tmp_path, "import json\nVALUE = json.dumps({})\n") == []


def test_nothing_of_an_import_reaches_stdout(tmp_path: Path) -> None:
    noisy = """\
import ctypes, os, subprocess, sys
print("print")
sys.stdout.buffer.write(b"buffer\\n")
sys.__stdout__.write("original\\n")
os.write(1, b"descriptor\\n")
subprocess.run(["echo", "child"], check=True)
ctypes.CDLL(None).puts(b"library")
ctypes.CDLL(None).fflush(None)
KEPT = sys.stdout
"""
    write(tmp_path / "plugin", {"steps.py": noisy})
    code = (
        "import sys; from pathlib import Path; from tests.plugin_loading.plugin_files import load, module\n"
        "print('before'); loaded = load(Path(sys.argv[1])); assert not loaded.failures, loaded.failures\n"
        "module(loaded, 'steps').KEPT.write('later\\n'); print('result')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "plugin"], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert ran.stdout == "before\nresult\n"
    words = ["print", "buffer", "original", "descriptor", "child", "library", "later"]
    assert sorted(ran.stderr.split()) == sorted(words)


def test_a_plugin_loads_where_stdout_and_stderr_are_closed(tmp_path: Path) -> None:
    plugin = write(tmp_path / "plugin", {"steps.py": "import os\nprint('x')\n"})
    code = (
        "import sys; from pathlib import Path; from tests.plugin_loading.plugin_files import load\n"
        "sys.exit(len(load(Path(sys.argv[1])).failures))"
    )
    for closed in (">&-", ">&- 2>&-"):
        ran = subprocess.run(
            ["/bin/sh", "-c", f'exec "$0" -c "$1" "$2" {closed}', sys.executable, code, str(plugin)],
            cwd=REPOSITORY,
            check=False,
        )
        assert ran.returncode == 0


def test_a_thread_of_others_is_no_side_effect(tmp_path: Path) -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    messages = told(tmp_path, "")
    end.set()
    thread.join()
    assert messages == []
