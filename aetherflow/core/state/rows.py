"""Records to rows and back: the columns' order is that of the queries, JSON columns are text."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.event import Event
from aetherflow.core.state.records import JobRecord, RunRecord, StepRecord

#: Events of one run stand between ``run * RUN_SPAN`` and ``(run + 1) * RUN_SPAN``.
RUN_SPAN = 2**40

Record = TypeVar("Record", bound=Struct)
Row = tuple[Any, ...]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_JSON_COLUMNS = frozenset({"params", "options", "places", "provenance", "outputs", "items"})


def json_text(value: Any) -> str | None:
    """Write a JSON value as text, and None as null."""
    return None if value is None else _encode(value).decode()


def json_value(text: str | None) -> Any:
    """Read a JSON column."""
    return None if text is None else _decode(text)


def run_row(run: RunRecord) -> Row:
    """Give the values of ``put_run``."""
    return (
        run.flow_id,
        run.run_id,
        run.status.value,
        run.started_at,
        run.finished_at,
        run.pid,
        run.host,
        run.token,
        run.flow_source,
        run.flow_digest,
        json_text(run.params),
        json_text(run.options),
        run.error,
        run.run_key,
        json_text(run.places),
        json_text(run.provenance),
    )


def job_row(number: int, job: JobRecord) -> Row:
    """Give the values of ``put_job``."""
    return (
        number,
        job.job_id,
        job.item,
        job.status.value if job.status else None,
        json_text(job.outputs),
        job.reason,
        job.started_at,
        job.finished_at,
        job.digest,
        json_text(job.items),
    )


def step_row(number: int, step: StepRecord) -> Row:
    """Give the values of ``put_step``."""
    return (
        number,
        step.job_id,
        step.item,
        step.step_id,
        step.position,
        step.status.value if step.status else None,
        step.attempts,
        json_text(step.outputs),
        step.error,
        step.reason,
        step.started_at,
        step.finished_at,
        step.definition_digest,
        step.plugin,
        step.plugin_digest,
        step.effects,
    )


def event_row(number: int, event: Event) -> Row:
    """Give the values of ``put_event``."""
    return (
        number * RUN_SPAN + event.seq,
        event.type.value,
        event.timestamp,
        event.job_id,
        event.item,
        event.step_id,
        event.attempt,
        _encode(event.payload).decode(),
    )


def record_of(kind: type[Record], row: Row) -> Record:
    """Build a record from a row of its fields, in order; raises msgspec's errors where the row is no such thing."""
    fields = dict(zip(kind.__struct_fields__, row, strict=True))
    for name in _JSON_COLUMNS & fields.keys():
        fields[name] = json_value(fields[name])
    return msgspec.convert(fields, kind)


def event_of(flow_id: str, run_id: str, row: Row) -> Event:
    """Build an event from a row of ``events_between``."""
    place, kind, timestamp, job_id, item, step_id, attempt, payload = row
    fields = {
        "seq": place % RUN_SPAN,
        "type": kind,
        "timestamp": timestamp,
        "flow_id": flow_id,
        "run_id": run_id,
        "job_id": job_id,
        "item": item,
        "step_id": step_id,
        "attempt": attempt,
        "payload": _decode(payload),
    }
    return msgspec.convert(fields, Event)


def without_surrogates(value: Any) -> Any:
    r"""Copy a value with every lone surrogate written as ``\udcXX``: such text comes from undecodable bytes."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode() if type(value) is str else value
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    if isinstance(value, Struct):
        fields: Sequence[str] = value.__struct_fields__
        return type(value)(**{name: without_surrogates(getattr(value, name)) for name in fields})
    if isinstance(value, list | tuple):
        return [without_surrogates(item) for item in value]
    return value
