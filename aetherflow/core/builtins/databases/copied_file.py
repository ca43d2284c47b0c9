r"""A CSV file in blocks of data for PostgreSQL, which ends them at a line ``\.`` and knows no byte order mark."""

import re
from collections.abc import Iterator
from pathlib import Path

from aetherflow.core.builtins.databases.csv_records import after_mark

_BLOCK_BYTES = 1 << 18
_END_OF_DATA = b"\\."
_END_LINE = re.compile(rb"^\\\.(?=\r?$)", re.MULTILINE)


def file_blocks(path: Path) -> Iterator[bytes]:
    """Give the file in blocks that end where a line ends; in quotes that line is a value like any other."""
    is_quoted = False
    with path.open("rb") as file:
        after_mark(file)
        while block := file.read(_BLOCK_BYTES) + file.readline():
            yield _as_data(block, is_quoted=is_quoted) if _END_OF_DATA in block else block
            is_quoted ^= block.count(b'"') % 2 == 1


def _as_data(block: bytes, *, is_quoted: bool) -> bytes:
    parts: list[bytes] = []
    begun = 0
    for found in _END_LINE.finditer(block):
        before = block[begun : found.start()]
        is_quoted ^= before.count(b'"') % 2 == 1
        parts += [before, _END_OF_DATA if is_quoted else b'"' + _END_OF_DATA + b'"']
        begun = found.end()
    return b"".join([*parts, block[begun:]])
