"""What `--debug-plugins` tells: each operation of a plugin, with its time."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Operation = Literal["load", "register", "hook", "event", "step"]


class PluginOperation(Struct, frozen=True, kw_only=True):
    """One thing that a plugin did or was asked to do. ``plugin`` is its id; ``seconds`` None where it takes no time."""

    operation: Operation
    plugin: str
    detail: str
    seconds: float | None = None


Trace = Callable[[PluginOperation], None]


def trace_nothing(operation: PluginOperation) -> None:
    """Take no notice."""
    return
