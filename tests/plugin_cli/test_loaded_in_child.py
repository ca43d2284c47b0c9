"""Plugins imported for real in a process of their own: whatever they do there, they are told, and the others too."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aetherflow.core.operations.loaded_in_child import loads_in_child
from aetherflow.core.plugins.in_child.messages import ChildLoad
from aetherflow.core.processes.leftovers import TOKEN_VARIABLE
from tests.plugin_cli.examined import examined, told, written
from tests.plugin_cli.hostile import HOSTILE, STEP
from tests.support.project import descendants

LIMIT_SECONDS = 1.5
UNUSABLE = "leaves a process that cannot go on: it has closed its files, replaced its parts or become another program"


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ChildLoad]]:
    """Import every hostile plugin, once for all tests."""
    before = set(descendants(os.getpid()))
    environ = {**os.environ, "PYTHONWARNINGS": "ignore"}
    plugins = examined(*written(tmp_path_factory.mktemp("hostile"), HOSTILE))
    found = loads_in_child(plugins, environ, seconds_per_plugin=LIMIT_SECONDS)
    assert set(descendants(os.getpid())) == before
    yield {load.plugin: load for load in found}


def findings(load: ChildLoad) -> list[tuple[str, str, str, str]]:
    return [told(finding) for finding in load.findings]


def test_every_plugin_is_examined_in_order_whatever_the_others_do(loads: dict[str, ChildLoad]) -> None:
    assert list(loads) == list(HOSTILE)


@pytest.mark.parametrize("name", ["a_first", "z_last"])
def test_a_sound_plugin_registers_and_nothing_is_told_of_it(name: str, loads: dict[str, ChildLoad]) -> None:
    assert [(each.kind, each.name, each.line, each.summary) for each in loads[name].contributions] == [
        ("step", name, 3, "Do nothing.")
    ]
    assert findings(loads[name]) == []
    assert loads[name].level == "in_process"
    assert loads[name].digest.startswith("sha256:")


@pytest.mark.parametrize(
    ("name", "code", "place", "message"),
    [
        ("b_exits", "AF-P507", "b_exits.py:5:5", 'importing the plugin "b_exits" ends the process, with exit code 7'),
        (
            "g_closes_files",
            "AF-P507",
            "g_closes_files.py:1:1",
            f'importing the plugin "g_closes_files" {UNUSABLE}',
        ),
        (
            "h_takes_their_numbers",
            "AF-P507",
            "h_takes_their_numbers.py:1:1",
            f'importing the plugin "h_takes_their_numbers" {UNUSABLE}',
        ),
        (
            "l_interrupts",
            "AF-P507",
            "l_interrupts.py:2:5",
            'importing the plugin "l_interrupts" raises KeyboardInterrupt, which ends every run',
        ),
        ("p_crashes", "AF-P507", "p_crashes.py:3:1", 'importing the plugin "p_crashes" crashes the process: SIGSEGV'),
        ("q_kills", "AF-P507", "q_kills.py:1:1", 'importing the plugin "q_kills" crashes the process: SIGKILL'),
        (
            "r_stops",
            "AF-P508",
            "r_stops.py:3:1",
            'importing the plugin "r_stops" does not come to an end: it was stopped after 1.5 s',
        ),
        (
            "s_becomes_another",
            "AF-P507",
            "s_becomes_another.py:1:1",
            f'importing the plugin "s_becomes_another" {UNUSABLE}',
        ),
        (
            "t_writes_everywhere",
            "AF-P507",
            "t_writes_everywhere.py:1:1",
            f'importing the plugin "t_writes_everywhere" {UNUSABLE}',
        ),
        ("u_patches", "AF-P507", "u_patches.py:1:1", f'importing the plugin "u_patches" {UNUSABLE}'),
        (
            "k_leaves",
            "AF-P501",
            "k_leaves.py:3:1",
            'the module "k_leaves.py" could not be imported: SystemExit: 3',
        ),
        (
            "j_recurses",
            "AF-P501",
            "j_recurses.py:2:5",
            'the module "j_recurses.py" could not be imported: RecursionError: maximum recursion depth exceeded',
        ),
        (
            "w_says_odd_things",
            "AF-P501",
            "w_says_odd_things.py:6:1",
            'the module "w_says_odd_things.py" could not be imported: Odd',
        ),
    ],
)
def test_what_cannot_load_is_an_error_at_the_line_at_work(
    name: str, code: str, place: str, message: str, loads: dict[str, ChildLoad]
) -> None:
    assert findings(loads[name]) == [(code, "error", place, message)]
    assert loads[name].contributions == ()


def test_an_endless_loop_is_stopped_where_it_goes_round(loads: dict[str, ChildLoad]) -> None:
    ((code, severity, place, message),) = findings(loads["c_loops"])
    assert (code, severity) == ("AF-P508", "error")
    assert place in ("c_loops.py:2:1", "c_loops.py:3:5")
    assert message == 'importing the plugin "c_loops" does not come to an end: it was stopped after 1.5 s'


@pytest.mark.parametrize(
    ("name", "place", "message"),
    [
        ("d_forks", "", "leaves a process running"),
        ("e_becomes_a_daemon", "", "leaves a process running"),
        ("f_forks_and_lets_both_go_on", "", "leaves a process running"),
        ("i_prints", "i_prints.py:2:1", "prints"),
        ("n_threads", "", "starts a thread: Thread-1 (sleep)"),
        ("o_replaces_stdout", "", "replaces sys.stdout"),
    ],
)
def test_what_an_import_does_beside_is_a_warning(
    name: str, place: str, message: str, loads: dict[str, ChildLoad]
) -> None:
    assert findings(loads[name]) == [("AF-P520", "warning", place, f'importing the plugin "{name}" {message}')]


def test_a_slow_import_is_a_warning_and_timed(loads: dict[str, ChildLoad]) -> None:
    assert [finding.code for finding in loads["y_is_slow"].findings] == ["AF-P521"]
    assert 0.6 <= loads["y_is_slow"].import_seconds < LIMIT_SECONDS


@pytest.mark.parametrize("name", ["m_cannot_be_pickled", "v_has_odd_texts"])
def test_what_is_registered_need_not_be_fit_to_be_sent(name: str, loads: dict[str, ChildLoad]) -> None:
    assert [(each.kind, each.name) for each in loads[name].contributions] == [("step", name)]
    assert findings(loads[name]) == []


def test_a_plugin_that_ends_the_process_later_is_blamed_and_not_the_one_at_work(loads: dict[str, ChildLoad]) -> None:
    assert findings(loads["x_exits_later"]) == [
        ("AF-P520", "warning", "", 'importing the plugin "x_exits_later" starts a thread: Thread-1 (give_up)'),
        (
            "AF-P507",
            "error",
            "x_exits_later.py:5:5",
            'importing the plugin "x_exits_later" ends the process, with exit code 4',
        ),
    ]
    assert {code for code, *_ in findings(loads["y_is_slow"])} == {"AF-P521"}


def test_a_plugin_that_was_changed_after_it_was_read_is_not_imported(tmp_path: Path) -> None:
    (path,) = written(tmp_path, {"edited": STEP.format(name="edited")})
    plugins = examined(path)
    path.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (load,) = loads_in_child(plugins, os.environ)
    assert findings(load) == [
        ("AF-P509", "error", "", 'the plugin "edited" was changed after it was read, and was not imported: "edited.py"')
    ]
    assert not (tmp_path / "ran").exists()


def test_a_file_that_cannot_be_read_any_more_is_told(tmp_path: Path) -> None:
    (path,) = written(tmp_path, {"gone": ""})
    plugins = examined(path)
    path.unlink()
    (load,) = loads_in_child(plugins, os.environ)
    assert [finding.code for finding in load.findings] == ["AF-P505"]


def test_the_child_sees_the_modules_that_this_process_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("library", "cwd", "plugin"):
        tmp_path.joinpath(folder).mkdir()
    tmp_path.joinpath("library/library_of_the_test.py").write_text("")
    tmp_path.joinpath("cwd/json.py").write_text("raise ZeroDivisionError\n")
    monkeypatch.syspath_prepend(tmp_path / "library")
    monkeypatch.chdir(tmp_path / "cwd")
    (path,) = written(tmp_path / "plugin", {"needs_it": "import json, library_of_the_test\n"})
    (load,) = loads_in_child(examined(path), os.environ)
    assert findings(load) == []


def test_the_isolation_of_this_process_is_the_childs(tmp_path: Path) -> None:
    (path,) = written(tmp_path, {"asks": "import sys\n\nraise ValueError(str(sys.flags.isolated))\n"})
    script = f"""
import os
from pathlib import Path
from tests.plugin_cli.examined import examined
from aetherflow.core.operations.loaded_in_child import loads_in_child
print(loads_in_child(examined(Path({str(path)!r})), os.environ)[0].findings[0].message)
"""
    said = [
        subprocess.run(
            [sys.executable, *flags, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{script}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for flags in ([], ["-I"])
    ]
    assert [text.rstrip().rpartition(" ")[2] for text in said] == ["0", "1"]


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_ends_the_child_and_everything_below_it(
    number: signal.Signals, exit_code: int, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    text = f"""\
import os, subprocess, time

subprocess.Popen(["sleep", "1000"], start_new_session=True)
open({str(ready)!r}, "w")
time.sleep(1000)
"""
    (path,) = written(tmp_path, {"waits": text})
    script = f"""
import os, sys
from pathlib import Path
from tests.plugin_cli.examined import examined
from aetherflow.core.operations.loaded_in_child import loads_in_child
try:
    loads_in_child(examined(Path({str(path)!r})), os.environ)
except KeyboardInterrupt:
    sys.exit(130)
"""
    process = subprocess.Popen([sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{script}"])
    until = time.monotonic() + 30
    while not ready.exists() and time.monotonic() < until:
        time.sleep(0.02)
    below = descendants(process.pid)
    assert len(below) >= 2
    process.send_signal(number)
    assert process.wait(10) == exit_code
    assert [pid for pid in below if _is_alive(pid)] == []


def test_nothing_is_started_where_there_is_nothing_to_import() -> None:
    assert loads_in_child([], {}) == []


def _is_alive(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
        return text.rpartition(")")[2].split()[0] not in "ZX" and TOKEN_VARIABLE in _environment(pid)
    except OSError:
        return False


def _environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text(errors="replace")
