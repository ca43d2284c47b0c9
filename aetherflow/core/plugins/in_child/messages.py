"""What the process that imports plugins tells the one that has started it: a line of JSON a message.

JSON, and nothing that could run code when it is read: plugins have run where it was written.
"""

import json
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.module_reading import Provided


class ChildLoad(Struct, frozen=True, kw_only=True):
    """What importing one plugin for real has given. ``findings`` hold failures and warnings.

    ``level`` is the isolation from the other plugins that were imported: ``in_process`` claims none.
    """

    plugin: str
    contributions: tuple[Provided, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    import_seconds: float = 0
    digest: str = ""
    level: str = "in_process"


class Begins(Struct, frozen=True, tag=True):
    """A plugin is about to be imported."""

    plugin: str


class Done(Struct, frozen=True, tag=True):
    """A plugin was imported, or could not be."""

    load: ChildLoad


class Unusable(Struct, frozen=True, tag=True):
    """The plugin that was at work has left a process in which nothing works any more."""

    plugin: str
    why: str


Message = Begins | Done | Unusable

#: With this the process ends when its messages arrive nowhere.
EXIT_UNHEARD = 74


def encoded(message: Message) -> bytes:
    """Write a message as a line."""
    # Not msgspec's own: names of files may be no text, and escapes alone carry those.
    return json.dumps(msgspec.to_builtins(message)).encode("ascii") + b"\n"


def decoded(line: bytes) -> Message | None:
    """Read a message; None for what is none."""
    try:
        return msgspec.convert(json.loads(line), type=Begins | Done | Unusable)
    except (ValueError, RecursionError):  # msgspec's errors, and json's, are ValueErrors
        return None


def transferable(provided: Provided) -> Provided:
    """Give what a plugin registers as it arrives on the other side; without what is no JSON."""
    try:
        plain: Any = json.loads(json.dumps(msgspec.to_builtins(provided)))
        return msgspec.convert(plain, type=Provided)
    except Exception:  # noqa: BLE001  # a schema, or a sub-class of str, can be foreign code
        return Provided(kind=provided.kind, name=str.__str__(provided.name), file=provided.file, line=provided.line)
