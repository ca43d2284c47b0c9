"""Reads files that should be small, and never more of one than a bound: a site directory may hold anything."""

import os

from aetherflow.core.documents.regular_files import read_beginning

LARGEST_BYTES = 4 * 1024 * 1024


def read_small(path: str) -> bytes:
    """Give the content of a file; nothing where it is absent, cannot be read, or is a pipe or a device."""
    try:
        return read_beginning(path, LARGEST_BYTES)
    except (OSError, ValueError):
        return b""


def read_small_text(path: str) -> str:
    """Give the content of a file as text; what is not UTF-8 is replaced."""
    return read_small(path).decode("utf-8", "replace")


def entries_of(folder: str) -> list[str]:
    """Name what lies in a folder, in order; nothing where there is none."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  # hundreds of names: a Path for each takes milliseconds
    except OSError:
        return []  # a site directory that is not there holds nothing
