"""The step type db_extract: the rows of a query as a file."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.databases.extraction import Extracted, Extraction, Target
from aetherflow.core.builtins.databases.file_format import DelimiterInput, FormatInput, NullInput, csv_form, format_of
from aetherflow.core.builtins.databases.inputs import Params, ResourceName
from aetherflow.core.builtins.databases.query_text import query_text
from aetherflow.core.builtins.databases.session import session
from aetherflow.core.builtins.output_file import OutputFile, output_file


class DbExtractInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A query, and the file that its rows go to."""

    resource: ResourceName
    sql: Annotated[str, Meta(min_length=1, description="One query; values belong into params.")]
    params: Params = []
    path: Annotated[str, Meta(min_length=1, description="The file; a relative path is among the job's artifacts.")]
    format: FormatInput = None
    header: Annotated[bool, Meta(description="Whether csv and tsv begin with the names of the columns.")] = True
    delimiter: DelimiterInput = None
    null: NullInput = ""
    quoting: Annotated[
        Literal["minimal", "all"], Meta(description="`all`: every field but NULL stands in quotes in csv and tsv.")
    ] = "minimal"
    skip_when_empty: Annotated[
        bool, Meta(description="Without rows the step ends SKIPPED and writes no file; false: it writes an empty one.")
    ] = True


@register_step("db_extract")
class DbExtract(Step):
    """Writes the rows of a query to a csv, tsv, jsonl or parquet file, any number of them in little memory.

    The file appears under its name when it is whole, or not at all: a step that fails or is killed leaves no part of
    it that could be taken for the whole. PostgreSQL writes csv by its own COPY. PostgreSQL, MySQL, SQLite and DuckDB
    are asked in a way that changes nothing in them. [Data files](../../data-files.md) says what each format looks like,
    and how each type of value is written.
    """

    input_schema: ClassVar[type] = DbExtractInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "path": {
                "type": ["string", "null"],
                "description": "The full path of the file; null where none was written.",
            },
            "format": {"type": "string", "description": "What the file is."},
            "rows": {"type": "integer", "description": "How many rows are in it, without the header."},
            "bytes": {"type": "integer", "description": "How long it is."},
            "sha256": {"type": ["string", "null"], "description": "Its SHA-256, as hexadecimal digits."},
            "columns": {"type": "array", "items": {"type": "string"}, "description": "The names of the columns."},
        },
        "required": ["path", "format", "rows", "bytes", "sha256", "columns"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: DbExtractInputs) -> StepResult:
        """Extract; StepFailed names the resource, and says what the database said."""
        sql = query_text(inputs.sql)
        chosen = format_of(inputs.path, inputs.format)
        form = csv_form(chosen, inputs.delimiter, inputs.null, quote_all=inputs.quoting == "all")
        target = Target(chosen, form, inputs.header)
        try:
            with output_file(ctx, inputs.path) as file:
                with session(ctx, inputs.resource) as database:
                    found = Extraction(ctx, database, file).run(sql, inputs.params, target)
                if found.rows == 0 and inputs.skip_when_empty:
                    raise _NoRows(found)
        except _NoRows as nothing:
            outputs = {**_outputs(chosen, nothing.found, None), "path": None}
            return StepResult(STEP_SKIPPED, outputs, reason="the query gave no rows")
        return StepResult(STEP_SUCCESS, _outputs(chosen, found, file))


class _NoRows(Exception):
    """Leaves the file unwritten."""

    def __init__(self, found: Extracted) -> None:
        super().__init__()
        self.found = found


def _outputs(format_: str, found: Extracted, file: OutputFile | None) -> dict[str, Any]:
    return {
        "path": str(file.final) if file else None,
        "format": format_,
        "rows": found.rows,
        "bytes": file.size_bytes if file else 0,
        "sha256": file.sha256 if file else None,
        "columns": list(found.columns),
    }
