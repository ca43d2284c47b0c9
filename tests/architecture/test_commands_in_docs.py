"""Every command that the docs print runs, and prints what the docs say; times, run ids and paths may differ.

A page is played in order in one folder that holds a copy of sample_flows/. A block that begins with a comment naming
a file (`# flow.yaml`) is written to that file first.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import documentation
from tests.support.blocks import Block, blocks, commands
from tests.support.project import REPOSITORY, clean_environment

PAGES = [
    (path, text) for path, text in documentation().items() if any(block.language == "console" for block in blocks(text))
]
VOLATILE = (
    (re.compile(r"\d+(\.\d+)? ?(ms|s|min)\b"), "TIME"),
    (re.compile(r"\b\d{8}[T-]?\d{6}[\w.-]*\b"), "RUN_ID"),
    (re.compile(r"TIME +"), "TIME "),
    (re.compile(r" +$", re.MULTILINE), ""),
)


@pytest.mark.parametrize(("path", "page"), PAGES, ids=[str(path) for path, _ in PAGES])
def test_commands_print_what_the_page_says(path: Path, page: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(REPOSITORY / "sample_flows", folder / "sample_flows")
    env = clean_environment(tmp_path)
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    printed, played = "", ""
    for block in blocks(page):
        place_file(block, folder)
        for command in commands(block) if block.language == "console" else ():
            printed += f"$ {command.command}\n{command.output}"
            played += f"$ {command.command}\n{play(command.command, folder, env)}"
    assert without_volatile(played) == without_volatile(printed)


def place_file(block: Block, folder: Path) -> None:
    """Write the file that a block shows, if it shows one."""
    if block.file_name:
        target = folder / block.file_name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")


def play(command: str, folder: Path, env: dict[str, str]) -> str:
    """Run one command as a reader would and give what the terminal shows."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    ).stdout


def without_volatile(text: str) -> str:
    """Replace what differs between two runs."""
    for pattern, replacement in VOLATILE:
        text = pattern.sub(replacement, text)
    return text.strip()
