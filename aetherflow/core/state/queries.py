"""The store's SQL: named queries and numbered migrations, read from the files beside this module."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("sql")


@cache
def queries(file: str = "queries") -> Mapping[str, str]:
    """Give every query of a file under ``sql`` by its name."""
    return parse_queries((_FOLDER / f"{file}.sql").read_text(encoding="utf-8"))


def parse_queries(text: str) -> dict[str, str]:
    """Split a file of queries at its ``-- name --`` lines; other comment lines are dropped."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []  # those above the first name belong to no query
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == words[2] == "--":
            lines = found.setdefault(words[1], [])
        elif not line.startswith("--"):
            lines.append(line)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


def migrations() -> list[tuple[int, str]]:
    """Give every migration with its number, in order."""
    files = sorted((_FOLDER / "migrations").glob("[0-9]*.sql"))
    return [(int(file.name.partition("_")[0]), file.read_text(encoding="utf-8")) for file in files]
