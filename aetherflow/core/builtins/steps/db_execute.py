"""The step type db_execute: one SQL statement on a database resource."""

from contextlib import closing
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import Step, StepContext, StepFailed, register_step
from aetherflow.core.builtins.databases.dialect import Executed
from aetherflow.core.builtins.databases.inputs import Params, ResourceName
from aetherflow.core.builtins.databases.named_rows import distinct
from aetherflow.core.builtins.databases.session import session
from aetherflow.core.builtins.databases.text_values import json_value_of


class DbExecuteInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The inputs: placeholders in ``sql`` are the driver's own (``?`` and ``:name`` for sqlite3)."""

    resource: ResourceName
    sql: Annotated[
        str, Meta(min_length=1, description="One statement; several are refused. Values belong into params.")
    ]
    params: Params = []
    max_rows: Annotated[int, Meta(ge=0, description="How many rows are kept at most.")] = 1000


@register_step("db_execute")
class DbExecute(Step):
    """Runs one SQL statement in a transaction of its own; parameters are bound, never formatted into it.

    It is committed when it succeeds, and rolled back when it fails, when the step's time is over, and when the run is
    interrupted; a server is asked to give it up then. Where a crash must not repeat an INSERT, write `effects: once`
    on the step. It works with every resource whose connector's `connect()` gives a PEP 249 connection. For many rows,
    see [`db_extract`](db_extract.md).
    """

    input_schema: ClassVar[type] = DbExecuteInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "rowcount": {
                "type": "integer",
                "description": "How many rows it gave, kept or not, else how many it changed.",
            },
            "rows": {
                "type": "array",
                "items": {"type": "object"},
                "description": "The first max_rows rows by column; [values](../../data-files.md#values) as in JSON.",
            },
            "truncated": {"type": "boolean", "description": "Whether there were more rows than max_rows."},
        },
        "required": ["rowcount", "rows", "truncated"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: DbExecuteInputs) -> dict[str, Any]:
        """Run the statement; StepFailed names the resource, and says what the database said."""
        if not inputs.sql.strip():
            raise StepFailed("sql is empty")
        with session(ctx, inputs.resource) as database:
            executed = database.dialect.execute(inputs.sql, inputs.params)
            if executed.columns is None:
                return {"rowcount": max(0, executed.changed), "rows": [], "truncated": False}
            with closing(executed.rows):
                return _rows_of(executed, inputs.max_rows)


def _rows_of(executed: Executed, max_rows: int) -> dict[str, Any]:
    names = distinct(executed.columns or ())
    rows: list[dict[str, Any]] = []
    count = 0
    for row in executed.rows:  # to the end: a statement that is left open could not be committed
        count += 1
        if count <= max_rows:
            rows.append({name: json_value_of(value) for name, value in zip(names, row, strict=True)})
    return {"rowcount": count, "rows": rows, "truncated": count > max_rows}
