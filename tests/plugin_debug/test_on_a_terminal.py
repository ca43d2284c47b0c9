"""The trace on a terminal: whole lines above what moves."""

import os
import pty
import re
import subprocess

from tests.plugin_debug.traces import log_of, same_each_time, with_plugin
from tests.support.project import COMMAND, Project

STEPS = """
      - {id: a, type: as_coroutine, inputs: {seconds: 0.5}}
      - {id: b, type: as_function}
      - {id: c, type: as_coroutine, inputs: {seconds: 0.3}}
"""


def on_a_terminal(project: Project, *arguments: str) -> str:
    """Run a command on a pseudo terminal; gives what it has written to it."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, *arguments],
        cwd=project.root,
        env={**project.env, "TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    written = b"".join(iter(lambda: _read(leader), b""))
    os.close(leader)
    assert process.wait(timeout=30) == 0
    return written.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""


def screen(written: str) -> str:
    """Give the lines that stay, as a terminal would show them that is wide enough."""
    lines, row = [""], 0
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", written):
        if piece == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif piece.endswith("A") and piece.startswith("\x1b"):
            row -= int(piece[2:-1] or 1)
        elif piece == "\x1b[2K":
            lines[row] = ""
        elif not piece.startswith(("\x1b", "\r")):
            lines[row] += piece
    return "".join(f"{line}\n" for line in lines)


def test_lines_of_the_trace_stand_whole_above_what_moves(project: Project) -> None:
    with_plugin(project, STEPS)
    written = on_a_terminal(project, "run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    assert "0/3 steps" in written  # it moved
    shown = same_each_time(project, screen(written))
    assert "".join(re.findall(r"^  plugins \| (.*\n)", shown, re.MULTILINE)) == log_of(project)
    assert shown.count("plugins |") == log_of(project).count("\n")
    assert "as_coroutine at main.a, attempt 1: returned None\n✓ main.a 0.5s\n" in shown
