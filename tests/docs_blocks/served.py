"""Runs command lines and programs as a terminal would, in children of a process that has imported the product.

Such a child begins with nothing of another's in it, and is there in 20 ms instead of 300.
"""

import multiprocessing
import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from tests.support.project import clean_environment

PRELOADED = (
    "aetherflow.cli.app",
    "aetherflow.cli.commands.bundle_sync",
    "aetherflow.cli.commands.plugins_doctor",
    "aetherflow.cli.commands.run",
    "aetherflow.cli.commands.validate",
    "aetherflow.cli.render.diagnostics",
    "aetherflow.core.api",
    "aetherflow.core.bundles.manifest_findings",
    "aetherflow.core.bundles.sources.filesystem",
    "aetherflow.core.diagnostics.text",
    "aetherflow.core.documents.recovery",
    "aetherflow.core.documents.structure_problems",
    "aetherflow.core.operations.doctor_plugins",
    "aetherflow.core.operations.run_flow",
    "aetherflow.core.operations.validate_flow",
    "aetherflow.core.plugins.loading.loader",
    "aetherflow.core.plugins.manifest_reader",
    "aetherflow.core.plugins.site_scan",
    "aetherflow.core.plugins.static_reading",
    "aetherflow.core.validation.schema_problems",
)
LONGEST_SECONDS = 60.0
#: Signs by which a line is more than variables, one command and a comment.
_OF_A_SHELL = re.compile(r"[;&|<>$]")


class Answer(Struct, frozen=True):
    """How a command ended, and what the terminal showed of it, stdout and stderr in one."""

    exit_code: int | None
    said: str


class Folder:
    """The project folder ``flows`` beside its state, and what answers to the lines that are typed in it."""

    def __init__(self, above: Path) -> None:
        self.above = above
        self.root = above / "flows"
        self.root.mkdir()
        self.env = clean_environment(above)
        self.env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), self.env["PATH"]])
        #: What a served child does before all else; functions of in_child.py.
        self.at_start: list[Callable[[], None]] = []

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, folders on the way too."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def line(self, line: str) -> Answer:
        """Run a line of a shell; one of our own command alone, with variables before it, in a served child."""
        words = _words(line)
        assignments = {}
        while words and "=" in words[0] and words[0].partition("=")[0].isidentifier():
            name, _, value = words.pop(0).partition("=")
            assignments[name] = value
        if words[:1] != ["aetherflow"] or any(map(_OF_A_SHELL.search, words)):
            return self._shell(line)
        return self._served(_run_command, words[1:], {**self.env, **assignments})

    def program(self, name: str) -> Answer:
        """Run a Python file of the folder as `python NAME` would."""
        return self._served(_run_program, [name], self.env)

    def _shell(self, line: str) -> Answer:
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.root,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        return Answer(done.returncode, done.stdout)

    def _served(self, work: Callable[[list[str]], int], words: list[str], env: dict[str, str]) -> Answer:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
        said = self.above / "said"  # not in the folder: commands look at what is in it
        child = context.Process(target=_child, args=(work, words, str(self.root), env, str(said), self.at_start))
        child.start()
        child.join(LONGEST_SECONDS)
        child.kill()
        child.join()
        answer = Answer(child.exitcode, said.read_text(encoding="utf-8", errors="replace"))
        child.close()
        return answer


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:  # a quote that is never closed: the shell may say so
        return []


def _child(
    work: Callable[[list[str]], int],
    words: list[str],
    folder: str,
    env: dict[str, str],
    said: str,
    at_start: list[Callable[[], None]],
) -> None:
    """Become a process as a terminal starts it: that environment, that folder, and nothing to read."""
    terminal = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:0] = filter(None, env.get("PYTHONPATH", "").split(os.pathsep))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(terminal, 1)
    os.dup2(terminal, 2)
    for act in at_start:
        act()
    exit_code = work(words)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)


def _run_command(words: list[str]) -> int:
    from aetherflow.cli.app import run_command_line  # deferred: only children need the command line

    return run_command_line(words)


def _run_program(words: list[str]) -> int:
    import traceback  # deferred, as above

    sys.path.insert(0, str(Path.cwd()))
    try:
        runpy.run_path(words[0], run_name="__main__")
    except Exception:  # noqa: BLE001  # whatever the program raises is what is to be seen
        traceback.print_exc()
        return 1
    return 0
