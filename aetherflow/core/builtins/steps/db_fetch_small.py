"""The step type db_fetch_small: the few rows of a query as outputs."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepFailed, StepResult, register_step
from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.inputs import Params, ResourceName
from aetherflow.core.builtins.databases.named_rows import distinct
from aetherflow.core.builtins.databases.query_text import query_text
from aetherflow.core.builtins.databases.session import session
from aetherflow.core.builtins.databases.text_values import json_value_of

_TOO_MUCH = "use db_extract, which writes any number of rows to a file, or ask for fewer"


class DbFetchSmallInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A query, and how much of it is small."""

    resource: ResourceName
    sql: Annotated[str, Meta(min_length=1, description="One query; values belong into params.")]
    params: Params = []
    max_rows: Annotated[int, Meta(ge=1, le=100_000, description="More rows fail the step.")] = 1000
    max_bytes: Annotated[int, Meta(ge=1, le=64_000_000, description="More bytes, as JSON, fail the step.")] = 1_000_000
    skip_when_empty: Annotated[bool, Meta(description="false: no rows are a success.")] = True


@register_step("db_fetch_small")
class DbFetchSmall(Step):
    """Gives the few rows of a query as outputs, all of them: more than the bounds allow fail the step.

    The rows are for templates, conditions and `for_each`. Where there are none, the step ends SKIPPED. PostgreSQL,
    MySQL, SQLite and DuckDB are asked in a way that changes nothing in them.
    """

    effects = "pure"
    input_schema: ClassVar[type] = DbFetchSmallInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "rows": {
                "type": "array",
                "items": {"type": "object"},
                "description": "The rows by column; [values](../../data-files.md#values) as in JSON.",
            },
            "count": {"type": "integer", "description": "How many rows there are."},
            "first": {"type": ["object", "null"], "description": "The first row."},
            "columns": {"type": "array", "items": {"type": "string"}, "description": "The names of the columns."},
        },
        "required": ["rows", "count", "first", "columns"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: DbFetchSmallInputs) -> StepResult:
        """Fetch the rows, one more than is allowed at most."""
        sql = query_text(inputs.sql)
        with session(ctx, inputs.resource) as database:
            executed = database.dialect.stream(sql, inputs.params)
            with closing(executed.rows):
                columns = distinct(executed.columns or ())
                rows = _bounded(executed.rows, columns, inputs)
        outputs = {"rows": rows, "count": len(rows), "first": rows[0] if rows else None, "columns": list(columns)}
        if rows or not inputs.skip_when_empty:
            return StepResult(STEP_SUCCESS, outputs)
        return StepResult(STEP_SKIPPED, outputs, reason="the query gave no rows")


def _bounded(given: Iterable[Row], columns: Sequence[str], inputs: DbFetchSmallInputs) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    size = 0
    for row in given:
        if len(rows) == inputs.max_rows:
            raise StepFailed(f"the query gives more than {inputs.max_rows} rows", hint=_TOO_MUCH)
        rows.append({name: json_value_of(value) for name, value in zip(columns, row, strict=True)})
        size += len(msgspec.json.encode(rows[-1])) + 1
        if size > inputs.max_bytes:
            raise StepFailed(f"the rows of the query take more than {inputs.max_bytes} bytes", hint=_TOO_MUCH)
    return rows
