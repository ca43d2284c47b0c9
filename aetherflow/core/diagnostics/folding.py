"""Long lines put on several: between words, and paths behind a slash; what has neither stays whole."""

import re
from collections.abc import Iterator

from aetherflow.core.diagnostics.cells import width_of


def folded(text: str, first: int, rest: int) -> list[str]:
    """Give the lines of a text: the first of so many cells, the others of so many."""
    if width_of(text) <= first:
        return [text]
    lines = [""]
    for word in _words(text, rest):
        room = first if len(lines) == 1 else rest
        if lines[-1].strip() and width_of(lines[-1] + word.rstrip()) > room:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines]


def _words(text: str, room: int) -> Iterator[str]:
    """Give words with the blanks before them; of those that fit in no line, the parts."""
    for word in re.findall(r" *[^ ]+", text):
        yield from [word] if width_of(word.strip()) <= room else _parts(word)


def _parts(word: str) -> list[str]:
    blanks = word[: len(word) - len(word.lstrip())]
    first, *others = re.findall(r"[^/]*/+|[^/]+", word.lstrip())
    return [blanks + first, *others]
