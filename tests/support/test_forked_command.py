"""A forked command line is, to itself and to others, what a new interpreter would be."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.support.forked_command import can_be_forked, run_forked
from tests.support.project import Project, clean_environment, run_new

#: Tells what could differ between interpreters, and between processes.
PROBE = """\
import gc, json, locale, os, select, signal, sys, threading, time

def told():
    main = sys.modules["__main__"]
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return dict(
        modules=sorted(m for m in sys.modules if 'aetherflow_plugins.' not in m), path=sys.path, argv=sys.argv,
        orig_argv=sys.orig_argv[1:], flags=repr(sys.flags),
        options=[sys.warnoptions, sys._xoptions], executable=sys.executable, main=[main.__name__, main.__file__],
        streams=[[s.fileno(), s.encoding, s.errors, s.line_buffering, s.isatty(), s.name] for s in streams],
        environ=dict(os.environ), cwd=os.getcwd(), umask=os.umask(0o22), group=[os.getsid(0), os.getpgrp(), os.nice(0)],
        ids=[os.getresuid(), os.getresgid(), os.getgroups()], open=sorted(os.listdir("/proc/self/fd"), key=int)[:-1],
        kinds=[os.readlink(f"/proc/self/fd/{n}").partition(":")[0] for n in range(3)],
        handlers=[repr(signal.getsignal(s)).partition(" at ")[0] for s in sorted(signal.valid_signals())],
        blocked=sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])), threads=[t.name for t in threading.enumerate()],
        tasks=len(os.listdir("/proc/self/task")), is_main=threading.main_thread().native_id == os.getpid(),
        collector=[gc.get_debug(), gc.get_threshold()], finders=len(sys.meta_path), hook=sys.excepthook.__name__,
        locale=[locale.setlocale(locale.LC_CTYPE), sys.getfilesystemencoding()], zone=time.tzname,
        hour=time.localtime(0).tm_hour, traced=[sys.gettrace(), sys.getprofile()], depth=sys.getrecursionlimit(),
    )
"""
STEP = """
from aetherflow.core.api import register_step

@register_step("tell")
def tell(ctx, inputs):
    return {"told": json.loads(json.dumps(told()))}
"""
_TELL_PID = "open(os.environ['PID'], 'w').write(str(os.getpid()))"
#: Leaves a file, and waits until there are two; it fails where nobody comes.
_MEET = """
import os, sys, time
if "MET" in os.environ:
    open(os.path.join(os.environ["MET"], str(os.getpid())), "w").close()
    until = time.monotonic() + 20
    while len(os.listdir(os.environ["MET"])) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    sys.exit(len(os.listdir(os.environ["MET"])) - 2)
"""
SCRIPT = f"""\
#!{sys.executable}
{PROBE}
print(json.dumps([told(), gc.isenabled(), sys.stdin.read()]))
print("and this", file=sys.stderr)
sys.exit(7)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Give a script that tells of itself."""
    path = tmp_path / "bin" / "probe"
    path.parent.mkdir()
    path.write_text(SCRIPT, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_fork_finds_what_a_new_interpreter_finds(script: Path, tmp_path: Path) -> None:
    env = {**clean_environment(tmp_path), "TZ": "Asia/Tokyo", "MORE": "ä=b"}
    request: dict[str, Any] = {"cwd": tmp_path, "env": env, "stdin": "some\r\ntext", "timeout_seconds": 30}
    forked, new = (run([str(script), "run", "ä"], **request) for run in (run_forked, run_new))
    assert new.returncode == 7
    assert (forked.returncode, forked.stdout, forked.stderr) == (new.returncode, new.stdout, new.stderr)


def test_a_step_of_a_forked_run_finds_what_one_of_a_new_interpreter_finds(project: Project) -> None:
    project.write("teller.py", f"{PROBE}\n{STEP}")
    project.write("flow.yaml", "version: 1\nflow: {id: f}\njobs: [{id: j, steps: [{id: s, type: tell}]}]\n")
    processes: tuple[Literal["forked", "new"], ...] = ("new", "forked", "new")
    first, forked, last = (
        project.aetherflow("run", "flow.yaml", "--json", "--plugin-path", ".", process=process).json["jobs"]["j"]
        for process in processes
    )
    cold, told, warm = (each["steps"]["s"]["outputs"]["told"] for each in (first, forked, last))
    cold_modules, modules, warm_modules = (set(each.pop("modules")) for each in (cold, told, warm))
    assert warm_modules <= modules <= cold_modules  # the first finds no caches, which is work for some modules more
    assert cold == told == warm


def test_the_exit_code_of_a_fork_tells_the_signal_that_ended_it(script: Path, tmp_path: Path) -> None:
    script.write_text(f"#!{sys.executable}\nimport os\n'KILL' in os.environ and os.kill(os.getpid(), 9)\n")
    env = {**clean_environment(tmp_path), "KILL": "9"}
    assert run_forked([str(script)], cwd=tmp_path, env=env, timeout_seconds=30).returncode == -9


def test_a_fork_that_takes_too_long_is_killed(script: Path, tmp_path: Path) -> None:
    script.write_text(
        f"#!{sys.executable}\nimport os, time\nif 'PID' in os.environ:\n    {_TELL_PID}\n    time.sleep(60)\n"
    )
    env = {**clean_environment(tmp_path), "PID": str(tmp_path / "pid")}
    with pytest.raises(subprocess.TimeoutExpired):
        run_forked([str(script)], cwd=tmp_path, env=env, timeout_seconds=0.5)
    assert run_forked([str(script)], cwd=tmp_path, env=clean_environment(tmp_path), timeout_seconds=30).returncode == 0
    gone = Path("/proc", (tmp_path / "pid").read_text())
    until = time.monotonic() + 5
    while gone.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not gone.exists()


def test_forks_run_beside_each_other(script: Path, tmp_path: Path) -> None:
    """Each of them waits until the other is there."""
    script.write_text(f"#!{sys.executable}\n{_MEET}")
    (tmp_path / "met").mkdir()
    env = {**clean_environment(tmp_path), "MET": str(tmp_path / "met")}
    with ThreadPoolExecutor(2) as threads:
        ends = [threads.submit(run_forked, [str(script)], cwd=tmp_path, env=env, timeout_seconds=30) for _ in range(2)]
    assert [end.result().returncode for end in ends] == [0, 0]


def test_a_line_that_goes_to_stderr_stands_between_those_of_stdout(script: Path, tmp_path: Path) -> None:
    script.write_text(f"#!{sys.executable}\nimport os\nfor n in (1, 2, 1): os.write(n, b'%d' % n)\n")
    env = clean_environment(tmp_path)
    done = run_forked([str(script)], cwd=tmp_path, env=env, timeout_seconds=30, stderr_is_stdout=True)
    assert done.stdout == "121"


@pytest.mark.parametrize("name", ["PYTHONPATH", "LC_ALL", "COVERAGE_PROCESS_START", "LD_PRELOAD"])
def test_what_an_interpreter_reads_at_its_start_wants_a_new_one(name: str, tmp_path: Path) -> None:
    env = clean_environment(tmp_path)
    plain = {key: value for key, value in env.items() if not key.startswith("COVERAGE_")}
    assert can_be_forked(plain)
    assert not can_be_forked({**plain, name: ""})
    assert not can_be_forked({**plain, "LANG": "C"})


def test_what_a_process_hands_down_wants_a_new_one(tmp_path: Path) -> None:
    plain = {"LANG": "C.UTF-8"}
    before = os.umask(0o27)
    try:
        assert not can_be_forked(plain)
    finally:
        os.umask(before)
    assert can_be_forked(plain)
