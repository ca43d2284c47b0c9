"""The step type db_execute: one SQL statement on a database resource."""

import math
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import InputError, Step, StepContext, StepFailed, register_step

#: SQLite asks between so many of its instructions, well under a millisecond, whether the step was cancelled.
_INSTRUCTIONS_PER_LOOK = 10_000

Bindable = None | bool | int | float | str


class DbExecuteInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The inputs: placeholders in ``sql`` are the driver's own (``?`` and ``:name`` for sqlite3)."""

    resource: Annotated[
        str, Meta(description="The name of a resource of kind db.", extra_json_schema={"x-aetherflow-resource": "db"})
    ]
    sql: Annotated[str, Meta(min_length=1, description="One statement; values belong into params.")]
    params: Annotated[
        list[Bindable] | dict[str, Bindable], Meta(description="Values that are bound to the placeholders.")
    ] = []
    max_rows: Annotated[int, Meta(ge=0, description="How many rows are kept at most.")] = 1000


@register_step("db_execute")
class DbExecute(Step):
    """Runs one SQL statement in a transaction of its own; parameters are bound, never formatted into it."""

    input_schema: ClassVar[type] = DbExecuteInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "rowcount": {"type": "integer", "description": "Rows that were given, or else changed."},
            "rows": {"type": "array", "items": {"type": "object"}, "description": "The first max_rows rows."},
            "truncated": {"type": "boolean", "description": "Whether there were more rows than max_rows."},
        },
        "required": ["rowcount", "rows", "truncated"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: DbExecuteInputs) -> dict[str, Any]:
        """Run the statement; StepFailed names the resource, and says what the database said."""
        if not inputs.sql.strip():
            raise StepFailed("sql is empty")
        try:
            connector = ctx.connectors[inputs.resource]
        except KeyError as unknown:
            raise StepFailed(str(unknown)) from None
        except InputError as error:  # the resource's own values cannot be resolved
            raise StepFailed(error.message, hint=error.hint) from None
        watch = _CancelWatch(ctx)
        try:
            return _execute(connector.connect(), inputs, watch)
        except StepFailed as failed:
            raise StepFailed(_message(ctx, inputs, failed.message), hint=failed.hint) from None
        except Exception as error:  # noqa: BLE001  # a driver raises its own types, and OverflowError and the like
            raise _failure(ctx, inputs, error, watch) from None


class _CancelWatch:
    """Ends a statement once the step is cancelled. An exception in SQLite's callback would be lost, so it is kept."""

    def __init__(self, ctx: StepContext) -> None:
        self._ctx = ctx
        self.interruption: BaseException | None = None
        self.is_cancelled = False

    def __call__(self) -> int:
        try:
            self.is_cancelled = self._ctx.is_cancelled
        except BaseException as interruption:  # noqa: BLE001  # raised again by the step, once SQLite has let go
            self.interruption = interruption
        return int(self.is_cancelled or self.interruption is not None)

    @contextmanager
    def over(self, connection: Any) -> Iterator[None]:
        set_handler = getattr(connection, "set_progress_handler", None)  # sqlite3 has one, other drivers do not
        if set_handler is None:
            yield
            return
        set_handler(self, _INSTRUCTIONS_PER_LOOK)
        try:
            yield
        finally:
            set_handler(None, 0)


def _execute(connection: Any, inputs: DbExecuteInputs, watch: _CancelWatch) -> dict[str, Any]:
    changes_before = getattr(connection, "total_changes", 0)
    with _transaction(connection) as cursor, watch.over(connection):
        if inputs.params:
            cursor.execute(inputs.sql, inputs.params)
        else:
            cursor.execute(inputs.sql)
        if cursor.description is not None:
            return _rows_of(cursor, inputs.max_rows)
        rowcount = cursor.rowcount
    if rowcount < 0:  # sqlite3 counts no rows of a WITH … INSERT
        rowcount = getattr(connection, "total_changes", 0) - changes_before
    return {"rowcount": rowcount, "rows": [], "truncated": False}


@contextmanager
def _transaction(connection: Any) -> Iterator[Any]:
    cursor = connection.cursor()
    try:
        yield cursor
        connection.commit()
    except BaseException:  # an interrupt too leaves nothing half done
        connection.rollback()
        raise
    finally:
        cursor.close()


def _rows_of(cursor: Any, max_rows: int) -> dict[str, Any]:
    names = [column[0] for column in cursor.description]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise StepFailed(f'two columns are named "{twice}"', hint="give each column a name of its own with AS")
    rows: list[dict[str, Any]] = []
    count = 0
    for row in cursor:  # to the end: a statement that is left open could not be committed
        count += 1
        if count <= max_rows:
            rows.append({name: _json_able(value) for name, value in zip(names, row, strict=True)})
    return {"rowcount": count, "rows": rows, "truncated": count > max_rows}


def _json_able(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return b64encode(value).decode("ascii")
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return str(value)  # dates, decimals and whatever else a driver has


def _failure(ctx: StepContext, inputs: DbExecuteInputs, error: Exception, watch: _CancelWatch) -> BaseException:
    if watch.interruption is not None:
        return watch.interruption
    if watch.is_cancelled:
        return StepFailed(_message(ctx, inputs, "the statement was ended: the step was out of time"), timed_out=True)
    hint = None
    if "one statement at a time" in str(error):
        hint = "db_execute runs one statement: write a step for each"
    return StepFailed(_message(ctx, inputs, str(error) or type(error).__name__), hint=hint)


def _message(ctx: StepContext, inputs: DbExecuteInputs, said: str) -> str:
    return ctx.mask(f'resource "{inputs.resource}": {said}')
