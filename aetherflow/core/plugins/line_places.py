"""Places of whole lines of a plugin's files, of which only the number is known."""

import os
from functools import lru_cache

from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.small_files import read_small_text


def whole_line(file: str, line: int) -> Span:
    """Give the place of what stands in a line; its beginning, where the file cannot be read any more."""
    return line_of(_lines(file, _version(file)), file, line)


def line_of(lines: list[str], file: str, line: int) -> Span:
    """Give the place of what stands in one of these lines of a file."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return Span(file, line, len(text) - len(text.lstrip()) + 1, line, max(len(text.rstrip()) + 1, 1))


def _version(file: str) -> tuple[int, int]:
    try:
        found = os.stat(file)  # noqa: PTH116  # as text: thousands of findings may be of one file
    except (OSError, ValueError):
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)  # findings come file by file
def _lines(file: str, version: tuple[int, int]) -> list[str]:
    return read_small_text(file).splitlines()
