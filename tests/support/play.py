"""Plays the commands that docs print; `python -m tests.support.play` puts what they print now into the pages.

A page is played in order in one folder that holds a copy of sample_flows/. A block that begins with a comment naming
a file (`# flow.yaml`) is written to that file first. A page that installs packages has a Python of its own, with
AetherFlow in it; nothing is fetched for it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.blocks import Block, blocks, commands
from tests.support.fresh_python import make_python
from tests.support.project import REPOSITORY, clean_environment

#: What differs between two runs, and two machines: moments, dates, clock times, durations, run ids, how many step types
#: there are, widths of columns.
VOLATILE = (
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:.]+Z"), "MOMENT"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "DATE"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "CLOCK"),
    (re.compile(r"\d+(\.\d+)? ?(ms|s|min)\b"), "TIME"),
    (re.compile(r"\b\d{8}-\d{6}-\w+\b"), "RUN_ID"),
    (re.compile(r"\b\d+ step types"), "N step types"),
    (re.compile(r" {2,}"), "  "),
    (re.compile(r" +$", re.MULTILINE), ""),
)


def pages() -> list[Path]:
    """Give the pages of the documentation that print commands."""
    candidates = [
        REPOSITORY / "README.md",
        REPOSITORY / "CONTRIBUTING.md",
        *sorted((REPOSITORY / "docs").rglob("*.md")),
    ]
    return [path for path in candidates if "```console\n" in path.read_text(encoding="utf-8")]


def played(page: str, root: Path) -> str:
    """Give a page with the output of each command as it is now, played in a folder below ``root``."""
    folder = root / "project"
    shutil.copytree(REPOSITORY / "sample_flows", folder / "sample_flows")
    env = clean_environment(root)
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    if "$ pip install " in page:
        fresh = make_python(root)
        env |= {**fresh.env, "PATH": os.pathsep.join([str(fresh.commands), env["PATH"]])}
    for block in blocks(page):
        _place_file(block, folder)
        if block.language == "console":
            page = page.replace(f"```console\n{block.text}```", f"```console\n{_played_block(block, folder, env)}```")
    return page


def without_volatile(text: str) -> str:
    """Replace what differs between two runs."""
    for pattern, replacement in VOLATILE:
        text = pattern.sub(replacement, text)
    return text


def _place_file(block: Block, folder: Path) -> None:
    if block.file_name:
        target = folder / block.file_name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")


def _played_block(block: Block, folder: Path, env: dict[str, str]) -> str:
    return "".join(f"$ {each.command}\n{_play(each.command, folder, env)}" for each in commands(block))


def _play(command: str, folder: Path, env: dict[str, str]) -> str:
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


def main() -> None:
    """Write every page whose commands print something else now."""
    for path in pages():
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as root:
            now = played(page, Path(root))
        if without_volatile(now) != without_volatile(page):
            path.write_text(now, encoding="utf-8")
            print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
