"""An operation of a plugin as a line: in columns for people, as an object for programs."""

from typing import Any

from aetherflow.core.events.segments import Line, Segment, plain_text
from aetherflow.core.events.wording import iso_utc, place_of
from aetherflow.core.plugins.tracing import PluginOperation, TracedOperation

_OPERATION_WIDTH = len("register")
_TIME_WIDTH = len("12345.67 ms")
_LEAST_NAME_WIDTH = 12


class TraceLines:
    """Writes operations in columns; the column of plugins grows with the names that come."""

    def __init__(self) -> None:
        self._name_width = _LEAST_NAME_WIDTH

    def line(self, traced: TracedOperation) -> Line:
        """Give the line for a terminal, without the moment."""
        operation = traced.operation
        self._name_width = max(self._name_width, len(operation.plugin))
        return [
            Segment(f"{operation.operation:{_OPERATION_WIDTH}}  {_milliseconds(operation.seconds)}  ", "dim"),
            Segment(f"{operation.plugin:{self._name_width}}", "name"),
            Segment(f"  {_subject(operation)}"),
            Segment(operation.outcome, "bad" if operation.failed else "dim"),
        ]

    def text(self, traced: TracedOperation) -> str:
        """Give the line for a file, with the moment and a line end."""
        return f"{iso_utc(traced.timestamp)}  {plain_text(self.line(traced)).rstrip()}\n"


def json_line(traced: TracedOperation) -> str:
    """Give the object for a program, on a line of its own."""
    import msgspec  # deferred: the encoder, which text does without

    return msgspec.json.encode(_flat(traced)).decode() + "\n"


def _flat(traced: TracedOperation) -> dict[str, Any]:
    operation = traced.operation
    fields = {name: getattr(operation, name) for name in operation.__struct_fields__}
    return {"timestamp": traced.timestamp, **fields}


def _milliseconds(seconds: float | None) -> str:
    text = "-" if seconds is None else f"{seconds * 1000:.2f} ms"
    return f"{text:>{_TIME_WIDTH}}"


def _subject(operation: PluginOperation) -> str:
    """Name what was called, for which step: `greet at load[2].say, attempt 1: `."""
    at = f" at {place_of(operation)}" if operation.job_id else ""
    attempt = f", attempt {operation.attempt}" if operation.attempt else ""
    about = f"{operation.name}{at}{attempt}"
    return f"{about}: " if about else ""
