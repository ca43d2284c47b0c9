"""Reads CSV as this package and PostgreSQL write it: quotes tell an empty text from NULL, which Python's csv cannot."""

import re
from collections.abc import Iterator
from pathlib import Path

from aetherflow.core.builtins.databases.bad_row import BadRow
from aetherflow.core.builtins.databases.csv_lines import CsvForm

_LONGEST_RECORD_BYTES = 64_000_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Record = list[str | None]


def csv_records(path: Path, form: CsvForm) -> Iterator[tuple[int, Record]]:
    """Give each record with the line on which it begins; raises BadRow for what is no CSV."""
    field = re.compile(f'(?:"((?:[^"]|"")*)"|([^"{re.escape(form.delimiter)}]*))({re.escape(form.delimiter)}|\\Z)')
    for line, raw in _raw_records(path):
        text = _decoded(raw, line)
        if '"' in text:
            yield line, _quoted_fields(text, field, form, line)
        else:
            yield line, [None if each == form.null else each for each in text.split(form.delimiter)]


def _raw_records(path: Path) -> Iterator[tuple[int, bytes]]:
    """Join the lines of a record whose quotes hold line ends."""
    begun, first = b"", 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1:
                line = line.removeprefix(_BYTE_ORDER_MARK)
            record = begun + line if begun else line
            first = first if begun else number
            if record.count(b'"') % 2 == 0:
                begun = b""
                yield first, record
            elif len(record) > _LONGEST_RECORD_BYTES:
                break
            else:
                begun = record
    if begun:
        raise BadRow(first, ValueError("a quote is opened here and never closed"))


def _decoded(raw: bytes, line: int) -> str:
    try:
        return raw.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise BadRow(line, ValueError(f"byte {error.start + 1} is not UTF-8")) from None


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
