"""The tests that a plugin brings, run by pytest where that is installed: in a process of their own, with bounds."""

import os
import sys
from importlib.util import find_spec

from aetherflow.core.contracts.process import ProcessRequest, ProcessResult, StreamMode
from aetherflow.core.operations.plugin_trial.sandbox import Sandbox
from aetherflow.core.operations.plugin_trial.target import Target
from aetherflow.core.operations.plugin_trial.values import Told, failed, not_run, passed
from aetherflow.core.processes.child import run_child
from aetherflow.core.processes.interrupts import InterruptGate

CHECK = "own tests"
SECONDS = 600.0
_MOST_OUTPUT_BYTES = 1024 * 1024
_LONGEST = 2_000
#: What pytest says where it has found no test.
_NO_TESTS = 5


def own_tests(target: Target, sandbox: Sandbox, gate: InterruptGate, *, wanted: bool) -> Told:
    """Run them, or say why not."""
    if target.tests is None:
        return not_run(CHECK, "there is no folder `tests`")
    if not wanted:
        return not_run(CHECK, f"`--tests` runs them, and so does `pytest {target.tests.name}`")
    if find_spec("pytest") is None:
        return not_run(CHECK, "pytest is not installed: `pip install pytest`")
    ran = _pytest(target, sandbox, gate)
    if ran.timed_out:
        return failed(CHECK, "AF-P915", f"took longer than {SECONDS:g} s")
    if ran.exit_code == _NO_TESTS:
        return not_run(CHECK, "pytest finds no test")
    said = (ran.stdout + ran.stderr).decode("utf-8", "replace").strip()
    last = said.rpartition("\n")[2].strip("= ")
    if ran.exit_code:
        return failed(CHECK, "AF-P915", f"{last or 'pytest fails'}\n{said[-_LONGEST:]}")
    return passed(CHECK, last)


def _pytest(target: Target, sandbox: Sandbox, gate: InterruptGate) -> ProcessResult:
    # Where the project's package is not installed, its tests find it all the same.
    path = os.pathsep.join([str(target.path.parent), *filter(None, [sandbox.environ.get("PYTHONPATH")])])
    request = ProcessRequest(
        argv=(sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", str(target.tests)),
        cwd=target.folder,
        env={**sandbox.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        stderr=StreamMode.CAPTURE,
        timeout_seconds=SECONDS,
        max_capture_bytes=_MOST_OUTPUT_BYTES,
        kill_grace_seconds=5.0,
    )
    return run_child(request, forward=lambda line: None, mask=str, gate=gate)
