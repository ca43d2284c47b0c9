"""Runs command lines and programs as a terminal would: forked, or by a shell where a line is more than a command."""

import os
import pickle
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tests.support.forked_command import run_forked, simplest_of
from tests.support.project import COMMAND, clean_environment

AFTER_START = str(Path(__file__).with_name("after_start.py"))
#: What every program of the docs imports.
SIMPLEST_PROGRAM = str(Path(__file__).with_name("simplest_program.py"))
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
        #: What a forked child does before all else; functions of in_child.py.
        self.at_start: list[Callable[[], None]] = []
        #: Whether our own commands run in served children, which is the Python of the tests; else in whatever PATH has.
        self.is_served = True

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, folders on the way too."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def line(self, line: str) -> Answer:
        """Run a line of a shell; one of our own command alone, with variables before it, forked."""
        words = _words(line)
        assignments = {}
        while words and "=" in words[0] and words[0].partition("=")[0].isidentifier():
            name, _, value = words.pop(0).partition("=")
            assignments[name] = value
        if not self.is_served or words[:1] != ["aetherflow"] or any(map(_OF_A_SHELL.search, words)):
            return self._shell(line)
        return self._forked([COMMAND, *words[1:]], {**self.env, **assignments})

    def program(self, name: str) -> Answer:
        """Run a Python file of the folder as `python NAME` would."""
        return self._forked([name], self.env, simplest=[SIMPLEST_PROGRAM])

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

    def _forked(self, argv: Sequence[str], env: Mapping[str, str], simplest: Sequence[str] = ()) -> Answer:
        simplest = simplest or simplest_of(argv)
        if self.at_start:
            argv = [AFTER_START, pickle.dumps(self.at_start).hex(), *argv]
        done = run_forked(
            argv, cwd=self.root, env=env, timeout_seconds=LONGEST_SECONDS, stderr_is_stdout=True, simplest=simplest
        )
        return Answer(done.returncode, done.stdout)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:  # a quote that is never closed: the shell may say so
        return []
