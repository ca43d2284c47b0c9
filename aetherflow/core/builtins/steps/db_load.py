"""The step type db_load: the rows of a file into a table."""

import hashlib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepFailed, StepResult, register_step
from aetherflow.core.builtins.cancellation import refuse_cancelled
from aetherflow.core.builtins.databases.bad_row import BadRow
from aetherflow.core.builtins.databases.file_format import DelimiterInput, FormatInput, NullInput, csv_form, format_of
from aetherflow.core.builtins.databases.inputs import ResourceName
from aetherflow.core.builtins.databases.load_record import LoadRecord, load_record
from aetherflow.core.builtins.databases.loading import Loading, refused
from aetherflow.core.builtins.databases.row_source import RowSource, row_source
from aetherflow.core.builtins.databases.session import Session, session
from aetherflow.core.builtins.output_file import input_path


class DbLoadInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file, and the table that its rows go to."""

    resource: ResourceName
    path: Annotated[
        str,
        Meta(min_length=1, description="The file; a relative path is among the job's artifacts, or in its directory."),
    ]
    table: Annotated[
        str, Meta(min_length=1, description="The table, exactly as it is named; `schema.table` names its schema too.")
    ]
    mode: Annotated[
        Literal["append", "replace"],
        Meta(description="`replace`: the table is emptied first, in the same transaction."),
    ] = "append"
    format: FormatInput = None
    columns: Annotated[
        list[str] | None,
        Meta(description="The columns of the table, in the order of the file; without it, the file's own names."),
    ] = None
    header: Annotated[bool, Meta(description="Whether csv and tsv begin with the names of the columns.")] = True
    delimiter: DelimiterInput = None
    null: NullInput = ""
    record_table: Annotated[
        str | None,
        Meta(description="Where `append` records what was loaded; null: nowhere, and `effects: once` is wanted."),
    ] = "aetherflow_loads"
    skip_when_empty: Annotated[
        bool, Meta(description="Without rows the step ends SKIPPED and does nothing; false: that is a success.")
    ] = True


@register_step("db_load")
class DbLoad(Step):
    """Loads the rows of a csv, tsv, jsonl or parquet file into a table, in one transaction: all of them or none.

    The table exists already. A row that the database does not take fails the step, which names it by file and line.
    PostgreSQL gets csv by its own COPY. [Data files](../../data-files.md) says what is read; the database makes of a
    text what it makes of texts, bytes are base64.

    Nothing is loaded twice, whenever the process is killed: `replace` puts the same rows in the place of the same
    rows. For `append` the step leaves a row in the table `aetherflow_loads`, which it makes where it is absent, in the
    same transaction as the data. A step of a run that finds its own row there has loaded already: it succeeds and
    loads nothing. Rows of runs that are over can be deleted.
    """

    input_schema: ClassVar[type] = DbLoadInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "rows": {"type": "integer", "description": "How many rows were loaded."},
            "table": {"type": "string", "description": "The table."},
            "sha256": {"type": "string", "description": "The SHA-256 of the file, as hexadecimal digits."},
            "already_loaded": {
                "type": "boolean",
                "description": "Whether an attempt before this one had loaded them, and was killed then.",
            },
        },
        "required": ["rows", "table", "sha256", "already_loaded"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: DbLoadInputs) -> StepResult:
        """Load; StepFailed names the resource, and the row that the database does not take."""
        path = input_path(ctx, inputs.path)
        source = _source(path, inputs)
        sha256 = _sha256(ctx, path)
        outputs = {"rows": 0, "table": inputs.table, "sha256": sha256, "already_loaded": False}
        if source is None and inputs.skip_when_empty:
            return StepResult(STEP_SKIPPED, outputs, reason="the file has no rows")
        record = None
        if inputs.mode == "append" and inputs.record_table is not None:
            record = load_record(ctx, inputs.record_table, inputs.table)
            record.ensure_table(ctx, inputs.resource)
        with session(ctx, inputs.resource) as database:
            if (rows := _loaded_before(database, record, sha256)) is not None:
                return StepResult(STEP_SUCCESS, {**outputs, "rows": rows, "already_loaded": True})
            rows = _load(ctx, database, source, inputs)
            if record:
                record.write(database.dialect, rows, sha256)
        return StepResult(STEP_SUCCESS, {**outputs, "rows": rows})


def _source(path: Path, inputs: DbLoadInputs) -> RowSource | None:
    """Give the file to load from; None where it has no row."""
    chosen = format_of(path.name, inputs.format)
    form = csv_form(chosen, inputs.delimiter, inputs.null)
    source = None
    try:
        source = row_source(path, chosen, form, header=inputs.header, columns=inputs.columns)
        return source if source is not None and next(source.rows(), None) is not None else None
    except BadRow as bad:
        raise refused(source or path.name, bad) from None


def _loaded_before(database: Session, record: LoadRecord | None, sha256: str) -> int | None:
    found = record.loaded(database.dialect) if record else None
    if found is None:
        return None
    rows, digest = found
    if digest != sha256:
        raise StepFailed(
            f"this step of this run has loaded {rows} rows of another file already",
            hint="start a new run; or delete the row of this run in the table of loads to load again",
        )
    return rows


def _load(ctx: StepContext, database: Session, source: RowSource | None, inputs: DbLoadInputs) -> int:
    is_cleared = inputs.mode == "replace"
    if source is not None:
        return Loading(ctx, database, source, inputs.table, is_cleared=is_cleared).run()
    if is_cleared:
        database.dialect.clear(inputs.table)
    return 0


def _sha256(ctx: StepContext, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            refuse_cancelled(ctx, "the load")
    return digest.hexdigest()
