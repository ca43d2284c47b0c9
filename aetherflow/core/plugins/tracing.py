"""What `--debug-plugins` tells: each operation of a plugin, with its time."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Operation = Literal["load", "register", "hook", "event", "step", "tool"]


class PluginOperation(Struct, frozen=True, kw_only=True):
    """One thing that a plugin did or was asked to do.

    ``plugin`` is its id. ``name`` is what the operation is about: the step type that was called, `step NAME` that was
    registered, nothing where it is the plugin itself. ``outcome`` says what came of it, ``failed`` whether that is a
    failure. ``seconds`` is None where it takes no time. The rest says which step of the run it was done for.
    """

    operation: Operation
    plugin: str
    name: str = ""
    outcome: str = ""
    failed: bool = False
    seconds: float | None = None
    job_id: str | None = None
    item: int | None = None
    step_id: str | None = None
    attempt: int | None = None


class TracedOperation(Struct, frozen=True, kw_only=True):
    """An operation with the moment at which it was over, in UTC seconds since 1970; masked, and safe to print."""

    timestamp: float
    operation: PluginOperation


Trace = Callable[[PluginOperation], None]
Watcher = Callable[[TracedOperation], None]


def trace_nothing(operation: PluginOperation) -> None:
    """Take no notice."""
    return
