"""Reads the fenced blocks of a Markdown page; needs nothing installed, since `.ci/run` calls it before anything is.

``python3 tests/support/blocks.py PAGE LANGUAGE`` prints the lines of the blocks in a language, without comments.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
FILE_NAME = re.compile(r"# (?P<name>[\w./-]+\.(?:ya?ml|py|json|env|toml))$")


class Block(NamedTuple):
    """A fenced block: its language, its text, and the line it begins on."""

    language: str
    text: str
    line: int

    @property
    def file_name(self) -> str | None:
        """The file that the block is the content of: its first line is a comment with a name and nothing else."""
        found = FILE_NAME.match(self.text.partition("\n")[0])
        return found["name"] if found else None


class Command(NamedTuple):
    """A line after `$ ` in a console block, and the output that is printed below it."""

    line: int
    command: str
    output: str


def blocks(page: str) -> list[Block]:
    """Give the fenced blocks of a page, in order."""
    return [
        Block(found["language"], found["text"], page.count("\n", 0, found.start("text")) + 1)
        for found in FENCE.finditer(page)
    ]


def commands(block: Block) -> list[Command]:
    """Give the commands of a console block with their outputs; a backslash carries a command to the next line."""
    found: list[Command] = []
    for number, line in enumerate(block.text.splitlines()):
        if line.startswith("$ "):
            found.append(Command(block.line + number, line[2:], ""))
        elif found and found[-1].command.endswith("\\"):
            found[-1] = found[-1]._replace(command=found[-1].command + "\n" + line)
        elif found:
            found[-1] = found[-1]._replace(output=found[-1].output + line + "\n")
    return found


def lines_in(page: str, language: str) -> list[str]:
    """Give the lines of a language's blocks that are neither empty nor comments."""
    lines = [line for block in blocks(page) if block.language == language for line in block.text.splitlines()]
    return [line for line in lines if line.strip() and not line.startswith("#")]


if __name__ == "__main__":
    print("\n".join(lines_in(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2])))
