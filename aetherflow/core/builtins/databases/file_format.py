"""The formats of data files, as inputs of steps say them."""

from pathlib import PurePath
from typing import Annotated, Literal

from msgspec import Meta

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.databases.csv_lines import CsvForm

FileFormat = Literal["csv", "tsv", "jsonl", "parquet"]
FormatInput = Annotated[
    FileFormat | None,
    Meta(description="What [the file](../../data-files.md) is; without it, the ending of its name tells."),
]
DelimiterInput = Annotated[
    Annotated[str, Meta(min_length=1, max_length=1)] | None,
    Meta(description="Between fields: `,` in csv, a tab in tsv."),
]
NullInput = Annotated[
    str, Meta(max_length=20, description="How csv and tsv write NULL; the same text as a value is quoted.")
]

_ENDINGS: dict[str, FileFormat] = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


def format_of(path: str, given: FileFormat | None) -> FileFormat:
    """Give the format of a file; raises StepFailed where neither the input nor the ending of its name says it."""
    found = given or _ENDINGS.get(PurePath(path).suffix.lower())
    if found is None:
        raise StepFailed(
            f'the name "{PurePath(path).name}" does not tell the format of the file',
            hint="write `format`: csv, tsv, jsonl or parquet; or end the name so",
        )
    return found


def csv_form(format_: FileFormat, delimiter: str | None, null: str, *, quote_all: bool = False) -> CsvForm:
    """Give the form of a csv or tsv file; raises StepFailed for what nobody could read again."""
    chosen = delimiter or ("\t" if format_ == "tsv" else ",")
    if chosen in '"\r\n\0' or not chosen.isascii() or chosen.isalnum():
        raise StepFailed(f"`delimiter` cannot be {chosen!r}", hint="take one sign, as `;`, `|` or a tab")
    if any(sign in null for sign in (chosen, '"', "\r", "\n", "\0")):
        raise StepFailed("`null` holds the delimiter, a quote or a line end", hint=r"take a word, as `NULL` or `\N`")
    if null == "\\.":  # alone on its line it ends the data for PostgreSQL
        raise StepFailed(r"`null` cannot be `\.`", hint=r"take a word, as `NULL` or `\N`")
    return CsvForm(chosen, null, quote_all)
