"""The blocks of the pages by hand, docs/codes.md apart, each with the sort that says how it is executed."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tests.architecture.source import documentation
from tests.support.blocks import Block, blocks, commands
from tests.support.write_api_reference import API_PAGE

#: Files that commands read without being told to.
_READ_BY_THEMSELVES = frozenset({"profiles.yaml", "plugins.yaml", "aetherflow-plugin.yaml", "conftest.py"})
_OF_GITHUB = re.compile(r"^\s*- (uses|run): |^jobs:\n.*runs-on", re.MULTILINE | re.DOTALL)
_BY_LANGUAGE = {"console": "played", "yaml": "document", "python": "program", "sh": "installation", "toml": "package"}


class PageBlock(Struct, frozen=True):
    """A block with its page; ``number`` counts those of its language on the page, from 1."""

    page: str
    block: Block
    number: int
    sort: str

    def __str__(self) -> str:
        return f"{self.page}:{self.block.line}"

    @property
    def place(self) -> tuple[str, str, int]:
        """What keeps its meaning when the page changes elsewhere."""
        return self.page, self.block.language, self.number


def page_blocks() -> list[PageBlock]:
    """Give every block of README, CONTRIBUTING and the pages that are written by hand."""
    pages = {path.as_posix(): text for path, text in documentation().items() if path.name != "codes.md"}
    return [each for page, text in pages.items() for each in _of_page(page, blocks(text))]


def fences(text: str) -> int:
    """Count the lines that begin or end a block, whatever stands before and behind the signs."""
    return len(re.findall(r"^[ \t>]*(?:```|~~~)", text, re.MULTILINE))


def _of_page(page: str, found: list[Block]) -> Iterator[PageBlock]:
    for position, block in enumerate(found):
        number = sum(other.language == block.language for other in found[: position + 1])
        is_example = page == API_PAGE and block.language == "python"
        sort = "example of the API" if is_example else _sort(block, found[position + 1 :])
        yield PageBlock(page, block, number, sort)


def _sort(block: Block, later: list[Block]) -> str:
    """Say how a block is executed; what no sort takes is shown: a test holds it against the real thing."""
    if block.file_name and _is_used(Path(block.file_name), later):
        return "file of commands"
    if block.language == "yaml" and _OF_GITHUB.search(block.text):
        return "workflow of GitHub"
    return _BY_LANGUAGE.get(block.language, "shown")


def _is_used(path: Path, later: list[Block]) -> bool:
    """Tell whether a command further down names the file, its module or its folder, or reads such files anyway."""
    typed = " ".join(each.command for block in later if block.language == "console" for each in commands(block))
    if not typed:
        return False
    names = {path.name, path.stem, *(part.name for part in path.parents if part.name)}
    is_collected = path.suffix == ".py" and "pytest" in typed
    return (
        is_collected
        or path.name in _READ_BY_THEMSELVES
        or any(re.search(rf"\b{re.escape(name)}\b", typed) for name in names)
    )
