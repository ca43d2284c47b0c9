"""Writes rows as CSV, byte for byte as PostgreSQL's COPY … (FORMAT csv) does."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from aetherflow.core.builtins.databases.text_values import text_of


class CsvForm(Struct, frozen=True):
    """What a CSV file looks like: one character between fields, the text of NULL, and whether all else is quoted."""

    delimiter: str = ","
    null: str = ""
    quote_all: bool = False


class CsvLines:
    """Turns rows into lines of one form.

    A field stands in quotes where it holds the delimiter, a quote or a line end, and where it would be read as NULL; so
    an empty text is `""` and NULL is nothing at all, unless the form says otherwise. Lines end with one line feed.
    """

    def __init__(self, form: CsvForm, width: int) -> None:
        self._form = form
        self._is_special = re.compile(f'[{re.escape(form.delimiter)}"\\r\\n]').search
        self._is_single = width == 1

    def encode(self, rows: Iterable[Sequence[Any]]) -> bytes:
        """Give the lines of some rows."""
        field, delimiter, null = self._field, self._form.delimiter, self._form.null
        lines = [delimiter.join([null if value is None else field(text_of(value)) for value in row]) for row in rows]
        return ("\n".join(lines) + "\n").encode() if lines else b""

    def _field(self, text: str) -> str:
        if self._form.quote_all or text == self._form.null or self._is_special(text):
            return '"' + text.replace('"', '""') + '"'
        if self._is_single and text == "\\.":  # alone on its line it would end the data for PostgreSQL
            return '"\\."'
        return text
