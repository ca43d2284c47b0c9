"""What happens before there is a command line."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.project import Project

INTERRUPTING = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
"""


def test_an_interrupt_while_typer_is_imported_is_no_traceback(project: Project, tmp_path: Path) -> None:
    script = (
        INTERRUPTING + "from aetherflow.__main__ import main\nsys.argv = ['aetherflow', 'plugins', 'list']\nmain()\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, **project.env},
        capture_output=True,
        check=False,
    )
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (130, b"", b"")


def test_the_module_runs_as_the_command_does(project: Project, tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "aetherflow", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert outcome.stdout == project.aetherflow("--help").stdout
