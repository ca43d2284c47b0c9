"""Paths in findings as people and code hosts write them: relative where they lie below a folder."""

import re
from functools import lru_cache

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic


def nearby(diagnostic: Diagnostic, folder: str) -> Diagnostic:
    """Name every file of a finding relative to the folder that it lies below: its place, and what its words name."""
    span = diagnostic.span
    return replace(
        diagnostic,
        message=nearby_text(diagnostic.message, folder),
        label=nearby_text(diagnostic.label, folder) if diagnostic.label else None,
        hint=nearby_text(diagnostic.hint, folder) if diagnostic.hint else None,
        notes=tuple(nearby_text(note, folder) for note in diagnostic.notes),
        span=replace(span, file=nearby_path(span.file, folder)) if span else None,
    )


def nearby_path(path: str, folder: str) -> str:
    """Give a path relative to the folder that it lies below; nothing lies below a folder without a name."""
    return path.removeprefix(f"{folder.rstrip('/')}/") if folder else path


def nearby_text(text: str, folder: str) -> str:
    """Take the folder away from every path in a text that lies below it."""
    # "/" as a folder is in every path, and says nothing.
    return text if folder in ("", "/") or folder not in text else _beginning(folder).sub("", text)


@lru_cache(maxsize=8)
def _beginning(folder: str) -> re.Pattern[str]:
    """Find where a path below the folder begins: not within another path, nor within a URI."""
    return re.compile(rf"(?<![\w./~:@%+-]){re.escape(folder)}/(?=[^\s/\"'`,;:)])")
