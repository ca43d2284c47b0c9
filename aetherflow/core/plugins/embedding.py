"""Plugins that an embedding program hands over as objects: decorated classes and functions of its own."""

import hashlib
import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.marking import Mark, marks_of
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.plugins.describe import has_typed_inputs, input_schema_of, line_of, summary_of


def embedded_contributions(objects: Iterable[Any]) -> tuple[Contribution, ...]:
    """Give what these objects register; PluginRefused for one without a decorator."""
    return tuple(_contribution(mark) for target in objects for mark in _marks(target))


def _marks(target: Any) -> tuple[Mark, ...]:
    marks = marks_of(target)
    if not marks and isinstance(target, type) and issubclass(target, BasePlugin):
        return (Mark("plugin", target.__name__, target),)  # what it is, it says by its base
    if not marks:
        hint = "decorate it with register_step, register_connector, register_hook or register_plugin"
        raise PluginRefused(f"{target!r} registers nothing", hint=hint)
    return marks


def _contribution(mark: Mark) -> Contribution:
    target = mark.target
    file = inspect.getsourcefile(target) or ""
    return Contribution(
        kind=mark.kind,
        name=mark.name,
        plugin=target.__module__,
        version="0",
        digest="sha256:" + hashlib.sha256(Path(file).read_bytes()).hexdigest(),
        origin="embedding program",
        file=file,
        line=line_of(target),
        load=lambda: target,
        summary=summary_of(target),
        effects=getattr(target, "effects", "idempotent"),
        input_schema=input_schema_of(mark),
        output_schema=getattr(target, "output_schema", None),
        typed_inputs=has_typed_inputs(mark),
    )
