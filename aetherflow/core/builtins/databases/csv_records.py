"""Reads CSV as this package and PostgreSQL write it: quotes tell an empty text from NULL, which Python's csv cannot."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from aetherflow.core.builtins.databases.bad_row import BadRow
from aetherflow.core.builtins.databases.csv_lines import CsvForm

#: What a stray quote may take of memory until it is told of; no database is asked for larger values.
_LONGEST_RECORD_BYTES = 256_000_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Record = list[str | None]


def csv_records(path: Path, form: CsvForm) -> Iterator[tuple[int, Record]]:
    """Give each record with the line on which it begins; raises BadRow for what is no CSV."""
    field = re.compile(f'(?:"([^"]*(?:""[^"]*)*)"|([^"{re.escape(form.delimiter)}]*))({re.escape(form.delimiter)}|\\Z)')
    for line, raw in _raw_records(path):
        text = _decoded(raw, line)
        if "\r" in text and "\r" in _outside_quotes(text):
            raise BadRow(line, ValueError("a carriage return stands outside quotes, and no line feed follows it"))
        if '"' in text:
            yield line, _quoted_fields(text, field, form, line)
        else:
            yield line, [None if each == form.null else each for each in text.split(form.delimiter)]


def _raw_records(path: Path) -> Iterator[tuple[int, bytes]]:
    """Join the lines of a record whose quotes hold line ends."""
    lines: list[bytes] = []
    is_open, first, length = False, 0, 0
    with path.open("rb") as file:
        for number, line in enumerate(after_mark(file), 1):
            if not lines:
                first, length = number, 0
            lines.append(line)
            length += len(line)
            is_open ^= line.count(b'"') % 2 == 1
            if not is_open:
                yield first, b"".join(lines)
                lines.clear()
            elif length > _LONGEST_RECORD_BYTES:
                raise BadRow(first, ValueError(f"a quote is opened here, and {length} bytes later not closed"))
    if lines:
        raise BadRow(first, ValueError("a quote is opened here and never closed"))


def after_mark(file: BinaryIO) -> BinaryIO:
    """Give the file from behind a byte order mark on, where it begins with one."""
    if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
        file.seek(0)
    return file


def _decoded(raw: bytes, line: int) -> str:
    try:
        return raw.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise BadRow(line, ValueError(f"byte {error.start + 1} is not UTF-8")) from None


def _outside_quotes(text: str) -> str:
    return "".join(text.split('"')[::2])


def _quoted_fields(text: str, field: re.Pattern[str], form: CsvForm, line: int) -> Record:
    record: Record = []
    position = 0
    while True:
        found = field.match(text, position)
        if found is None:
            raise BadRow(line, ValueError(f"a quote stands where none can, in field {len(record) + 1}"))
        quoted, plain, after = found.groups()
        if quoted is not None:
            record.append(quoted.replace('""', '"'))
        else:
            record.append(None if plain == form.null else plain)
        position = found.end()
        if not after:
            return record
