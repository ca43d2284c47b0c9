"""What a process of a plugin's test is given to do, and what it tells of it, a line of JSON a message."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.operations.plugin_trial.sandbox import Limits
from aetherflow.core.operations.plugin_trial.values import Measured, Told, Trial


class SuiteWork(Struct, frozen=True, kw_only=True):
    """The trials of one process, in order. ``places`` are the paths of plugins, the tested one last.

    ``settings`` are those of plugins.yaml; ``token`` is in the environment of every process that is started for it;
    ``canary`` is a secret that must not be seen; ``output`` is the file that takes what is printed.
    """

    plugin: str
    places: tuple[str, ...]
    settings: dict[str, Any]
    trials: tuple[Trial, ...]
    folder: str
    environ: Mapping[str, str]
    token: str
    canary: str
    output: str
    limits: Limits


class TrialBegins(Struct, frozen=True, tag=True):
    """A trial is about to begin, by its number in the work."""

    number: int


class ObserverFound(Struct, frozen=True):
    """An observer that a plugin defines, MODULE.CLASS as plugins.yaml names it, and where."""

    name: str
    file: str
    line: int


class TrialDone(Struct, frozen=True, tag=True):
    """A trial has come to an end; ``measured`` are values by what was measured."""

    number: int
    told: tuple[Told, ...]
    observers: tuple[ObserverFound, ...] = ()
    measured: dict[Measured, float] = {}


def encoded(message: TrialBegins | TrialDone) -> bytes:
    """Write a message as a line."""
    # Not msgspec's own: an error's text may hold half of a surrogate pair, and escapes alone carry those.
    return json.dumps(msgspec.to_builtins(message)).encode("ascii") + b"\n"


def decoded(line: bytes) -> TrialBegins | TrialDone | None:
    """Read a message; None for what is none."""
    try:
        plain: Any = json.loads(line)
        return msgspec.convert(plain, type=TrialBegins | TrialDone)
    except (ValueError, RecursionError):
        return None
